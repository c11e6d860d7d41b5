// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument CopperCash: tawarruq. Do not edit.
pragma solidity 0.8.24;

import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title CopperCash, of the class tawarruq.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: onward_to_third_party - spot_sale.buyer == merchant
/// @dev INVARIANT: possession_before_resale - takePossession -> sellSpot
/// @dev INVARIANT: not_organized - spot_sale.arranged_by != bank
contract CopperCashGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Open,
        Owned,
        Bought,
        Possessed,
        Resold,
        Closed,
        Cancelled
    }

    /// @notice The financier `bank`, who deploys the contract.
    address public immutable bank;
    /// @notice The mustawriq `customer`.
    address public immutable customer;
    /// @notice The third party `merchant`.
    address public immutable merchant;
    /// @notice What `customer` owes for the goods, later.
    uint256 public immutable deferredPrice;
    /// @notice What `merchant` pays for them, at once.
    uint256 public immutable spotPrice;
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
    modifier onlyCustomer() {
        if (msg.sender != customer) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyMerchant() {
        if (msg.sender != merchant) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyBankOrCustomer() {
        if (msg.sender != bank && msg.sender != customer) revert NotPermitted(msg.sender);
        _;
    }

    /// @param customer_ The mustawriq.
    /// @param merchant_ The third party.
    /// @param deferredPrice_ What `customer` owes for the goods, later.
    /// @param spotPrice_ What `merchant` pays for them, at once.
    constructor(address customer_, address merchant_, uint256 deferredPrice_, uint256 spotPrice_) {
        address[] memory all = new address[](3);
        all[0] = msg.sender;
        all[1] = customer_;
        all[2] = merchant_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (deferredPrice_ == 0) revert NothingToPay();
        if (spotPrice_ == 0) revert NothingToPay();
        bank = msg.sender;
        customer = customer_;
        merchant = merchant_;
        deferredPrice = deferredPrice_;
        spotPrice = spotPrice_;
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice The financier acquires the goods.
    /// @dev INVARIANT: possession_before_resale
    /// @param evidence The hash of the document that shows it.
    function acquire(bytes32 evidence) external onlyBank nonReentrant during(Phase.Open) {
        if (evidence == bytes32(0)) revert NoEvidence();
        emit Evidence(msg.sender, evidence);
        _enter(Phase.Owned);
    }

    /// @notice Buys the goods on credit, at a price that stays.
    function buyDeferred() external onlyCustomer nonReentrant during(Phase.Owned) {
        outstanding = deferredPrice;
        _enter(Phase.Bought);
    }

    /// @notice Takes the goods into possession, in person and not by the financier.
    /// @dev INVARIANT: possession_before_resale
    /// @dev INVARIANT: not_organized
    /// @param evidence The hash of the document that shows it.
    function takePossession(bytes32 evidence) external onlyCustomer nonReentrant during(Phase.Bought) {
        if (evidence == bytes32(0)) revert NoEvidence();
        emit Evidence(msg.sender, evidence);
        _enter(Phase.Possessed);
    }

    /// @notice The third party buys the goods and pays their owner.
    /// @dev INVARIANT: onward_to_third_party
    /// @dev INVARIANT: not_organized
    function buyOnward() external payable onlyMerchant nonReentrant during(Phase.Possessed) {
        _due(spotPrice);
        _enter(Phase.Resold);
        _pay(customer, msg.value);
    }

    /// @notice Pays any part of the deferred price to the financier.
    function payDeferred() external payable onlyCustomer nonReentrant {
        if (outstanding == 0 || phase == Phase.Closed) revert WrongPhase(phase);
        if (msg.value == 0 || msg.value > outstanding) revert WrongAmount(outstanding, msg.value);
        outstanding -= msg.value;
        emit DebtPaid(msg.sender, msg.value, outstanding);
        if (outstanding == 0 && phase == Phase.Resold) _enter(Phase.Closed);
        _pay(bank, msg.value);
    }

    /// @notice Either steps back while nothing is sold.
    function cancel() external onlyBankOrCustomer nonReentrant {
        if (phase != Phase.Open && phase != Phase.Owned) revert WrongPhase(phase);
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
