// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument WheatForward: salam. Do not edit.
pragma solidity 0.8.24;

import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title WheatForward, of the class salam.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: full_prepayment - salam.payment == spot_full
/// @dev INVARIANT: object_known - salam.quantity == 200 sacks
/// @dev INVARIANT: delivery_known - salam.delivery_date == 1893456000
/// @dev NOT ENFORCED HERE: returns.salam.quantity: nothing in the contract is set by it
/// @dev NOT ENFORCED HERE: returns.salam.delivery_date: the contract counts how long it takes instead
contract WheatForwardGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Open,
        Prepaid,
        Delivered,
        Accepted,
        Refunded
    }

    /// @notice The buyer `mill`, who deploys the contract.
    address public immutable mill;
    /// @notice The seller `farmer`.
    address public immutable farmer;
    /// @notice The whole price, paid when the contract is made.
    uint256 public immutable price;
    /// @notice The hash of the description of the goods.
    bytes32 public immutable goods;
    /// @notice How long after the payment the goods are due, in seconds.
    uint256 public immutable deliveryPeriod;
    /// @notice The current phase.
    Phase public phase;
    /// @notice When the goods are due, in seconds of the ledger's clock.
    uint256 public deliveryDue;
    /// @notice Money held for the instrument, in the smallest unit of the coin.
    uint256 public pool;
    /// @notice Money that a receiver refused and may withdraw.
    mapping(address => uint256) public credits;
    /// @notice The sum of all credits; with the pool, all that the contract holds.
    uint256 public totalCredits;

    /// @notice The contract entered a phase.
    event PhaseEntered(Phase phase);

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
    modifier onlyMill() {
        if (msg.sender != mill) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyFarmer() {
        if (msg.sender != farmer) revert NotPermitted(msg.sender);
        _;
    }

    /// @param farmer_ The seller.
    /// @param price_ The whole price, paid when the contract is made.
    /// @param goods_ The hash of the description of the goods.
    /// @param deliveryPeriod_ How long after the payment the goods are due, in seconds.
    constructor(address farmer_, uint256 price_, bytes32 goods_, uint256 deliveryPeriod_) {
        address[] memory all = new address[](2);
        all[0] = msg.sender;
        all[1] = farmer_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (price_ == 0) revert NothingToPay();
        if (goods_ == bytes32(0)) revert NoEvidence();
        if (deliveryPeriod_ == 0 || deliveryPeriod_ > 36500 days) revert BadPeriod();
        mill = msg.sender;
        farmer = farmer_;
        price = price_;
        goods = goods_;
        deliveryPeriod = deliveryPeriod_;
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice Pays the whole price to the seller at once.
    /// @dev INVARIANT: full_prepayment
    /// @dev INVARIANT: object_known
    /// @dev INVARIANT: delivery_known
    function prepay() external payable onlyMill nonReentrant during(Phase.Open) {
        _due(price);
        deliveryDue = block.timestamp + deliveryPeriod;
        _enter(Phase.Prepaid);
        _pay(farmer, msg.value);
    }

    /// @notice The seller delivers goods as described.
    /// @dev INVARIANT: delivery_known
    /// @param evidence The hash of the document that shows it.
    function deliver(bytes32 evidence) external onlyFarmer nonReentrant during(Phase.Prepaid) {
        if (evidence == bytes32(0)) revert NoEvidence();
        emit Evidence(msg.sender, evidence);
        _enter(Phase.Delivered);
    }

    /// @notice The buyer takes the goods.
    /// @dev INVARIANT: object_known
    function accept() external onlyMill nonReentrant during(Phase.Delivered) {
        _enter(Phase.Accepted);
    }

    /// @notice The buyer finds that the goods are not as described; the seller still owes them.
    /// @dev INVARIANT: object_known
    function reject() external onlyMill nonReentrant during(Phase.Delivered) {
        _enter(Phase.Prepaid);
    }

    /// @notice Gives the price back, no more and no less, where the goods cannot be delivered.
    function refund() external payable onlyFarmer nonReentrant during(Phase.Prepaid) {
        _due(price);
        _enter(Phase.Refunded);
        _pay(mill, msg.value);
    }

    /// @notice Whether the goods are late.
    /// @return True from the due date until they are delivered.
    function overdue() public view returns (bool) {
        return phase == Phase.Prepaid && block.timestamp > deliveryDue;
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
