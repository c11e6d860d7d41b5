// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument MachineSale: murabahah. Do not edit.
pragma solidity 0.8.24;

import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title MachineSale, of the class murabahah.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: cost_disclosed - sale.cost == 1000000 tinybar
/// @dev INVARIANT: markup_fixed - sale.markup_basis == fixed
/// @dev INVARIANT: price_certain - sale.total == (sale.cost + sale.markup)
/// @dev INVARIANT: prior_ownership - acquireAsset -> sell
/// @dev INVARIANT: no_penalty_interest - sale.late_penalty == none
contract MachineSaleGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Promised,
        Owned,
        Sold,
        Closed,
        Cancelled
    }

    /// @notice The seller `bank`, who deploys the contract.
    address public immutable bank;
    /// @notice The buyer `workshop`.
    address public immutable workshop;
    /// @notice What the seller pays for the goods, disclosed to the buyer.
    uint256 public immutable cost;
    /// @notice The seller's profit, a fixed sum.
    uint256 public immutable markup;
    /// @notice The current phase.
    Phase public phase;
    /// @notice What is still owed, in the smallest unit of the coin. It never grows with time.
    uint256 public outstanding;
    /// @notice Money held for the instrument, in the smallest unit of the coin.
    uint256 public pool;
    /// @notice Money that a receiver refused and may withdraw.
    mapping(address => uint256) public credits;
    /// @notice The sum of all credits; with the pool, all that the contract holds.
    uint256 public totalCredits;

    /// @notice The contract entered a phase.
    event PhaseEntered(Phase phase);

    /// @notice A part of the debt was paid.
    event DebtPaid(address indexed payer, uint256 amount, uint256 outstanding);

    /// @notice What happened outside of the ledger, by the hash of its document.
    event Evidence(address indexed by, bytes32 evidence);

    /// @notice Money was transferred.
    event Paid(address indexed to, uint256 amount);

    /// @notice A receiver refused money, which now waits for it.
    event Credited(address indexed to, uint256 amount);

    /// @notice A credit was withdrawn.
    event Withdrawn(address indexed from, address indexed to, uint256 amount);

    /// @notice The call does not belong to the phase that the contract is in.
    error WrongPhase(Phase current);

    /// @notice The amount would be zero.
    error NothingToPay();

    /// @notice The hash of the document is missing.
    error NoEvidence();

    /// @notice The money sent is not what is due.
    error WrongAmount(uint256 expected, uint256 got);

    /// @notice With what gas is left a receiver that takes the money could seem to refuse it.
    error TooLittleGas();

    /// @notice There is nothing to withdraw.
    error NoCredit();

    /// @notice The receiver of the withdrawal is nobody, or refuses money.
    error WithdrawalFailed();

    /// @notice The caller does not have the role that the call belongs to.
    error NotPermitted(address caller);

    /// @notice A party is the zero address, or has two roles.
    error BadParty(address party);

    /// @dev Only in one phase.
    modifier during(Phase wanted) {
        if (phase != wanted) revert WrongPhase(phase);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyBank() {
        if (msg.sender != bank) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyWorkshop() {
        if (msg.sender != workshop) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyBankOrWorkshop() {
        if (msg.sender != bank && msg.sender != workshop) revert NotPermitted(msg.sender);
        _;
    }

    /// @param workshop_ The buyer.
    /// @param cost_ What the seller pays for the goods, disclosed to the buyer.
    /// @param markup_ The seller's profit, a fixed sum.
    constructor(address workshop_, uint256 cost_, uint256 markup_) {
        address[] memory all = new address[](2);
        all[0] = msg.sender;
        all[1] = workshop_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (cost_ == 0) revert NothingToPay();
        bank = msg.sender;
        workshop = workshop_;
        cost = cost_;
        markup = markup_;
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice What the buyer pays: cost and markup, whenever it is paid.
    /// @dev INVARIANT: cost_disclosed
    /// @dev INVARIANT: markup_fixed
    /// @dev INVARIANT: price_certain
    /// @return The price.
    function price() public view returns (uint256) {
        return cost + markup;
    }

    /// @notice The seller acquires the goods before it sells them.
    /// @dev INVARIANT: prior_ownership
    /// @param evidence The hash of the document that shows it.
    function acquire(bytes32 evidence) external onlyBank nonReentrant during(Phase.Promised) {
        if (evidence == bytes32(0)) revert NoEvidence();
        emit Evidence(msg.sender, evidence);
        _enter(Phase.Owned);
    }

    /// @notice The buyer buys at the disclosed price, which is owed from now on.
    /// @dev INVARIANT: prior_ownership
    /// @dev INVARIANT: price_certain
    function buy() external onlyWorkshop nonReentrant during(Phase.Owned) {
        outstanding = price();
        _enter(Phase.Sold);
    }

    /// @notice Pays any part of the debt to `bank`; no more than what is owed is taken.
    /// @dev INVARIANT: no_penalty_interest
    function payInstalment() external payable onlyWorkshop nonReentrant during(Phase.Sold) {
        if (msg.value == 0 || msg.value > outstanding) revert WrongAmount(outstanding, msg.value);
        outstanding -= msg.value;
        emit DebtPaid(msg.sender, msg.value, outstanding);
        if (outstanding == 0) _enter(Phase.Closed);
        _pay(bank, msg.value);
    }

    /// @notice Either steps back while nothing is sold.
    function cancel() external onlyBankOrWorkshop nonReentrant {
        if (phase != Phase.Promised && phase != Phase.Owned) revert WrongPhase(phase);
        _enter(Phase.Cancelled);
    }

    /// @notice Sends the caller's credit to an address that takes it.
    /// @param to Who receives the money.
    function withdraw(address to) external nonReentrant {
        uint256 amount = credits[msg.sender];
        if (amount == 0) revert NoCredit();
        credits[msg.sender] = 0;
        totalCredits -= amount;
        emit Withdrawn(msg.sender, to, amount);
        if (to == address(0) || !_transfer(to, amount, gasleft())) revert WithdrawalFailed();
    }

    /// @dev Transfers money, the only way that money leaves. Nothing of what the receiver returns is
    ///   copied.
    /// @param to Who is paid.
    /// @param amount How much.
    /// @param allowance The gas that the receiver may use.
    /// @return sent Whether the receiver took it.
    function _transfer(address to, uint256 amount, uint256 allowance) internal returns (bool sent) {
        assembly ("memory-safe") {
            sent := call(allowance, to, amount, 0, 0, 0, 0)
        }
    }

    /// @dev Accepts exactly the money that is due.
    /// @param expected The amount.
    function _due(uint256 expected) internal view {
        if (msg.value != expected) revert WrongAmount(expected, msg.value);
    }

    /// @dev Transfers money. The receiver gets bounded gas and cannot undo what its caller does: what it
    ///   refuses is credited.
    /// @param to Who is paid.
    /// @param amount How much.
    function _pay(address to, uint256 amount) internal {
        if (amount == 0) return;
        if (gasleft() < 90000) revert TooLittleGas();
        if (_transfer(to, amount, 50000)) {
            emit Paid(to, amount);
        } else {
            credits[to] += amount;
            totalCredits += amount;
            emit Credited(to, amount);
        }
    }
}
