// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument SupplierGuarantee: kafala. Do not edit.
pragma solidity 0.8.24;

import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title SupplierGuarantee, of the class kafala.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: no_guarantee_fee - guarantee.fee == none
/// @dev INVARIANT: recourse_actual - guarantee.recourse == actual_paid
contract SupplierGuaranteeGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Open,
        Guaranteed,
        Discharged,
        Closed
    }

    /// @notice The creditor `supplier`, who deploys the contract.
    address public immutable supplier;
    /// @notice The principal debtor `builder`.
    address public immutable builder;
    /// @notice The kafil `guarantor`.
    address public immutable guarantor;
    /// @notice The debt that is guaranteed.
    uint256 public immutable debt;
    /// @notice When the debt falls due, in seconds after the guarantee.
    uint256 public immutable term;
    /// @notice The current phase.
    Phase public phase;
    /// @notice What is still owed, in the smallest unit of the coin. It never grows with time.
    uint256 public outstanding;
    /// @notice When the debt falls due, in seconds of the ledger's clock.
    uint256 public dueAt;
    /// @notice What `guarantor` paid for the debtor and has not had back.
    uint256 public recourse;
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
    modifier onlyGuarantor() {
        if (msg.sender != guarantor) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyBuilder() {
        if (msg.sender != builder) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlySupplier() {
        if (msg.sender != supplier) revert NotPermitted(msg.sender);
        _;
    }

    /// @param builder_ The principal debtor.
    /// @param guarantor_ The kafil.
    /// @param debt_ The debt that is guaranteed.
    /// @param term_ When the debt falls due, in seconds after the guarantee.
    constructor(address builder_, address guarantor_, uint256 debt_, uint256 term_) {
        address[] memory all = new address[](3);
        all[0] = msg.sender;
        all[1] = builder_;
        all[2] = guarantor_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (debt_ == 0) revert NothingToPay();
        if (term_ == 0 || term_ > 36500 days) revert BadPeriod();
        supplier = msg.sender;
        builder = builder_;
        guarantor = guarantor_;
        debt = debt_;
        term = term_;
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice Takes the guarantee on; nothing is paid for it.
    /// @dev INVARIANT: no_guarantee_fee
    function guarantee() external onlyGuarantor nonReentrant during(Phase.Open) {
        outstanding = debt;
        dueAt = block.timestamp + term;
        _enter(Phase.Guaranteed);
    }

    /// @dev Takes a part of the debt for the creditor.
    function _discharge() internal {
        if (msg.value == 0 || msg.value > outstanding) revert WrongAmount(outstanding, msg.value);
        outstanding -= msg.value;
        emit DebtPaid(msg.sender, msg.value, outstanding);
        if (outstanding == 0) _enter(recourse == 0 ? Phase.Closed : Phase.Discharged);
        _pay(supplier, msg.value);
    }

    /// @notice The debtor pays any part of its debt.
    function payDebt() external payable onlyBuilder nonReentrant during(Phase.Guaranteed) {
        _discharge();
    }

    /// @notice The guarantor pays for the debtor when the debt is overdue.
    /// @dev INVARIANT: recourse_actual
    function honour() external payable onlyGuarantor nonReentrant during(Phase.Guaranteed) {
        if (block.timestamp <= dueAt) revert TooEarly(dueAt);
        recourse += msg.value;
        _discharge();
    }

    /// @notice The debtor gives the guarantor back what it really paid, and no more.
    /// @dev INVARIANT: recourse_actual
    /// @dev INVARIANT: no_guarantee_fee
    function reimburse() external payable onlyBuilder nonReentrant {
        if (msg.value == 0 || msg.value > recourse) revert WrongAmount(recourse, msg.value);
        recourse -= msg.value;
        if (recourse == 0 && phase == Phase.Discharged) _enter(Phase.Closed);
        _pay(guarantor, msg.value);
    }

    /// @notice The creditor remits what is still owed.
    function remit() external onlySupplier nonReentrant during(Phase.Guaranteed) {
        outstanding = 0;
        _enter(recourse == 0 ? Phase.Closed : Phase.Discharged);
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
