// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument GoldPledge: rahn. Do not edit.
pragma solidity 0.8.24;

import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title GoldPledge, of the class rahn.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: no_creditor_benefit - pledge.creditor_use == none
/// @dev INVARIANT: surplus_to_pledgor - pledge.surplus == to_pledgor
contract GoldPledgeGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Open,
        Pledged,
        Lent,
        Closed
    }

    /// @notice The pledgee `creditor`, who deploys the contract.
    address public immutable creditor;
    /// @notice The pledgor `owner`.
    address public immutable owner;
    /// @notice What is lent against the pledge.
    uint256 public immutable debt;
    /// @notice What is pledged.
    uint256 public immutable pledge;
    /// @notice When the debt falls due, in seconds after it was lent.
    uint256 public immutable term;
    /// @notice The current phase.
    Phase public phase;
    /// @notice What is still owed, in the smallest unit of the coin. It never grows with time.
    uint256 public outstanding;
    /// @notice When the debt falls due, in seconds of the ledger's clock.
    uint256 public dueAt;
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

    /// @notice A period is zero or longer than a hundred years.
    error BadPeriod();

    /// @notice The time for the call has not come.
    error TooEarly(uint256 until);

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
    modifier onlyOwner() {
        if (msg.sender != owner) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyCreditor() {
        if (msg.sender != creditor) revert NotPermitted(msg.sender);
        _;
    }

    /// @param owner_ The pledgor.
    /// @param debt_ What is lent against the pledge.
    /// @param pledge_ What is pledged.
    /// @param term_ When the debt falls due, in seconds after it was lent.
    constructor(address owner_, uint256 debt_, uint256 pledge_, uint256 term_) {
        address[] memory all = new address[](2);
        all[0] = msg.sender;
        all[1] = owner_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (debt_ == 0) revert NothingToPay();
        if (pledge_ == 0) revert NothingToPay();
        if (term_ == 0 || term_ > 36500 days) revert BadPeriod();
        creditor = msg.sender;
        owner = owner_;
        debt = debt_;
        pledge = pledge_;
        term = term_;
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice Puts the pledge into the contract, out of the creditor's reach.
    /// @dev INVARIANT: no_creditor_benefit
    function give() external payable onlyOwner nonReentrant during(Phase.Open) {
        _due(pledge);
        pool += msg.value;
        _enter(Phase.Pledged);
    }

    /// @notice Takes the pledge back while nothing has been lent.
    function takeBack() external onlyOwner nonReentrant during(Phase.Pledged) {
        _enter(Phase.Closed);
        _release(owner, pool);
    }

    /// @notice Hands the debt to the pledgor.
    function lend() external payable onlyCreditor nonReentrant during(Phase.Pledged) {
        _due(debt);
        outstanding = debt;
        dueAt = block.timestamp + term;
        _enter(Phase.Lent);
        _pay(owner, msg.value);
    }

    /// @notice Pays any part of the debt; with the last the pledge comes back.
    function repay() external payable onlyOwner nonReentrant during(Phase.Lent) {
        if (msg.value == 0 || msg.value > outstanding) revert WrongAmount(outstanding, msg.value);
        outstanding -= msg.value;
        emit DebtPaid(msg.sender, msg.value, outstanding);
        _pay(creditor, msg.value);
        if (outstanding == 0) _close(0);
    }

    /// @notice Takes what is still owed out of the pledge when the debt is overdue; the surplus is the
    ///   pledgor's.
    /// @dev INVARIANT: surplus_to_pledgor
    /// @dev INVARIANT: no_creditor_benefit
    function realise() external onlyCreditor nonReentrant during(Phase.Lent) {
        if (block.timestamp <= dueAt) revert TooEarly(dueAt);
        _close(outstanding < pool ? outstanding : pool);
    }

    /// @notice The creditor remits what is still owed, and the pledge comes back.
    function forgive() external onlyCreditor nonReentrant during(Phase.Lent) {
        _close(0);
    }

    /// @dev Pays the creditor its part of the pledge and the pledgor the rest.
    /// @dev INVARIANT: surplus_to_pledgor
    /// @param part What the creditor may take, at most what it is owed.
    function _close(uint256 part) internal {
        outstanding = 0;
        _enter(Phase.Closed);
        uint256 surplus = pool - part;
        _release(creditor, part);
        _release(owner, surplus);
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

    /// @dev Pays out of the pool.
    /// @param to Who is paid.
    /// @param amount How much.
    function _release(address to, uint256 amount) internal {
        pool -= amount;
        _pay(to, amount);
    }
}
