// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument BoatOrder: istisna. Do not edit.
pragma solidity 0.8.24;

import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title BoatOrder, of the class istisna.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: object_specified - istisna.spec == described
/// @dev INVARIANT: material_by_maker - istisna.material_by == manufacturer
/// @dev INVARIANT: price_known - istisna.price == 2000000 tinybar
/// @dev NOT ENFORCED HERE: returns.istisna.quantity: nothing in the contract is set by it
/// @dev NOT ENFORCED HERE: returns.istisna.delivery_date: the contract counts how long it takes instead
contract BoatOrderGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Open,
        Ordered,
        Making,
        Delivered,
        Closed
    }

    /// @notice The buyer `skipper`, who deploys the contract.
    address public immutable skipper;
    /// @notice The manufacturer `shipyard`.
    address public immutable shipyard;
    /// @notice The price, known from the beginning.
    uint256 public immutable price;
    /// @notice The hash of what is to be made.
    bytes32 public immutable specification;
    /// @notice How long the making may take, in seconds.
    uint256 public immutable makingPeriod;
    /// @notice How long the buyer may inspect what was delivered, in seconds.
    uint256 public immutable inspectionPeriod;
    /// @notice The current phase.
    Phase public phase;
    /// @notice Until when the current step may take, in seconds of the ledger's clock.
    uint256 public deadline;
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
    modifier onlySkipper() {
        if (msg.sender != skipper) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyShipyard() {
        if (msg.sender != shipyard) revert NotPermitted(msg.sender);
        _;
    }

    /// @param shipyard_ The manufacturer.
    /// @param price_ The price, known from the beginning.
    /// @param specification_ The hash of what is to be made.
    /// @param makingPeriod_ How long the making may take, in seconds.
    /// @param inspectionPeriod_ How long the buyer may inspect what was delivered, in seconds.
    constructor(address shipyard_, uint256 price_, bytes32 specification_, uint256 makingPeriod_, uint256 inspectionPeriod_) {
        address[] memory all = new address[](2);
        all[0] = msg.sender;
        all[1] = shipyard_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (price_ == 0) revert NothingToPay();
        if (specification_ == bytes32(0)) revert NoEvidence();
        if (makingPeriod_ == 0 || makingPeriod_ > 36500 days) revert BadPeriod();
        if (inspectionPeriod_ == 0 || inspectionPeriod_ > 36500 days) revert BadPeriod();
        skipper = msg.sender;
        shipyard = shipyard_;
        price = price_;
        specification = specification_;
        makingPeriod = makingPeriod_;
        inspectionPeriod = inspectionPeriod_;
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice Orders what is specified; the price waits in the contract.
    /// @dev INVARIANT: object_specified
    /// @dev INVARIANT: price_known
    function order() external payable onlySkipper nonReentrant during(Phase.Open) {
        _due(price);
        pool += msg.value;
        deadline = block.timestamp + makingPeriod;
        _enter(Phase.Ordered);
    }

    /// @notice The maker begins, with material of its own.
    /// @dev INVARIANT: material_by_maker
    /// @param evidence The hash of the document that shows it.
    function begin(bytes32 evidence) external onlyShipyard nonReentrant during(Phase.Ordered) {
        if (evidence == bytes32(0)) revert NoEvidence();
        emit Evidence(msg.sender, evidence);
        _enter(Phase.Making);
    }

    /// @notice The maker delivers; the buyer may inspect from now on.
    function deliver() external onlyShipyard nonReentrant during(Phase.Making) {
        deadline = block.timestamp + inspectionPeriod;
        _enter(Phase.Delivered);
    }

    /// @notice The buyer takes what was made, and the maker is paid.
    /// @dev INVARIANT: price_known
    function accept() external onlySkipper nonReentrant during(Phase.Delivered) {
        _enter(Phase.Closed);
        _release(shipyard, pool);
    }

    /// @notice The maker is paid when the buyer has let the time for inspection pass.
    function collect() external onlyShipyard nonReentrant during(Phase.Delivered) {
        if (block.timestamp <= deadline) revert TooEarly(deadline);
        _enter(Phase.Closed);
        _release(shipyard, pool);
    }

    /// @notice The buyer refuses what is not as specified, and has the price back.
    /// @dev INVARIANT: object_specified
    function reject() external onlySkipper nonReentrant during(Phase.Delivered) {
        if (block.timestamp > deadline) revert WrongPhase(phase);
        _enter(Phase.Closed);
        _release(skipper, pool);
    }

    /// @notice The buyer has the price back before the making begins.
    function cancel() external onlySkipper nonReentrant during(Phase.Ordered) {
        _enter(Phase.Closed);
        _release(skipper, pool);
    }

    /// @notice The buyer has the price back when the making takes too long.
    function reclaim() external onlySkipper nonReentrant during(Phase.Making) {
        if (block.timestamp <= deadline) revert TooEarly(deadline);
        _enter(Phase.Closed);
        _release(skipper, pool);
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
