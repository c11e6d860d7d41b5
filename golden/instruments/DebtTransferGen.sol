// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument DebtTransfer: hawala. Do not edit.
pragma solidity 0.8.24;

import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title DebtTransfer, of the class hawala.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: equal_transfer - transfer.amount == transfer.debt
/// @dev INVARIANT: debtor_discharged - transfer.discharge == original_debtor
contract DebtTransferGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Proposed,
        Consented,
        Transferred,
        Discharged,
        Cancelled
    }

    /// @notice The muhil `shop`, who deploys the contract.
    address public immutable shop;
    /// @notice The muhal `supplier`.
    address public immutable supplier;
    /// @notice The muhal alayh `customer`.
    address public immutable customer;
    /// @notice The debt that is transferred.
    uint256 public immutable debt;
    /// @notice The current phase.
    Phase public phase;
    /// @notice What is still owed, in the smallest unit of the coin. It never grows with time.
    uint256 public outstanding;
    /// @notice Who owes the debt.
    address public debtor;
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
    modifier onlySupplier() {
        if (msg.sender != supplier) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyCustomer() {
        if (msg.sender != customer) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyShop() {
        if (msg.sender != shop) revert NotPermitted(msg.sender);
        _;
    }

    /// @param supplier_ The muhal.
    /// @param customer_ The muhal alayh.
    /// @param debt_ The debt that is transferred.
    constructor(address supplier_, address customer_, uint256 debt_) {
        address[] memory all = new address[](3);
        all[0] = msg.sender;
        all[1] = supplier_;
        all[2] = customer_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (debt_ == 0) revert NothingToPay();
        debtor = msg.sender;
        outstanding = debt_;
        shop = msg.sender;
        supplier = supplier_;
        customer = customer_;
        debt = debt_;
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice The creditor consents to the new debtor.
    /// @dev INVARIANT: equal_transfer
    function consent() external onlySupplier nonReentrant during(Phase.Proposed) {
        _enter(Phase.Consented);
    }

    /// @notice The new debtor takes the debt on, at the same amount; the first is discharged.
    /// @dev INVARIANT: equal_transfer
    /// @dev INVARIANT: debtor_discharged
    function assume() external onlyCustomer nonReentrant during(Phase.Consented) {
        debtor = customer;
        _enter(Phase.Transferred);
    }

    /// @notice Pays any part of the debt to `supplier`; no more than what is owed is taken.
    /// @dev INVARIANT: equal_transfer
    function payDebt() external payable onlyCustomer nonReentrant during(Phase.Transferred) {
        if (msg.value == 0 || msg.value > outstanding) revert WrongAmount(outstanding, msg.value);
        outstanding -= msg.value;
        emit DebtPaid(msg.sender, msg.value, outstanding);
        if (outstanding == 0) _enter(Phase.Discharged);
        _pay(supplier, msg.value);
    }

    /// @notice The first debtor takes the proposal back while nobody has taken the debt on.
    function cancel() external onlyShop nonReentrant {
        if (phase != Phase.Proposed && phase != Phase.Consented) revert WrongPhase(phase);
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
