// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument FleetLease: ijarah_imbt. Do not edit.
pragma solidity 0.8.24;

import {IValuationOracle} from "./IValuationOracle.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title FleetLease, of the class ijarah_imbt.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: rent_for_usufruct - rent.basis == usufruct
/// @dev INVARIANT: lessor_bears_ownership_risk - loss == on_lessor
/// @dev INVARIANT: transfer_separate_from_lease - transferOwnership != payRent
/// @dev INVARIANT: no_late_penalty_interest - rent.late_penalty == none
/// @dev NOT ENFORCED HERE: capital: nothing in a contract of this class is set by it
contract FleetLeaseGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Open,
        Leased,
        Ended,
        Transferred
    }

    /// @notice The lessor `bank`, who deploys the contract.
    address public immutable bank;
    /// @notice The lessee `haulier`.
    address public immutable haulier;
    /// @notice The adjudicator `arbiter`.
    address public immutable arbiter;
    /// @notice What attests the value; it reverts while the value is unknown (majhul).
    IValuationOracle public immutable oracle;
    /// @notice Rent of a period.
    uint256 public immutable rent;
    /// @notice For how many periods the lease runs.
    uint256 public immutable periods;
    /// @notice The current phase.
    Phase public phase;
    /// @notice For how many periods rent was paid.
    uint256 public paidPeriods;
    /// @notice Whether the asset cannot be used, so that no rent is due.
    bool public unusable;
    /// @notice Whether the lessor offers the asset after the lease.
    bool public offered;
    /// @notice Money held for the instrument, in the smallest unit of the coin.
    uint256 public pool;
    /// @notice Money that a receiver refused and may withdraw.
    mapping(address => uint256) public credits;
    /// @notice The sum of all credits; with the pool, all that the contract holds.
    uint256 public totalCredits;

    /// @notice The contract entered a phase.
    event PhaseEntered(Phase phase);

    /// @notice Rent of a period was paid.
    event RentPaid(uint256 period, uint256 amount);

    /// @notice Whether the asset can be used was judged.
    event UsabilityJudged(bool unusable);

    /// @notice The lessor offers the asset, apart from the lease.
    event TransferOffered();

    /// @notice The asset changed hands at its value.
    event OwnershipTransferred(uint256 price);

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

    /// @notice The lessor has not offered the asset, or it is lost.
    error NotOffered();

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

    /// @dev Only while the lease runs.
    modifier live() {
        if (phase != Phase.Leased) revert WrongPhase(phase);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyBank() {
        if (msg.sender != bank) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyHaulier() {
        if (msg.sender != haulier) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyArbiter() {
        if (msg.sender != arbiter) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyBankOrHaulier() {
        if (msg.sender != bank && msg.sender != haulier) revert NotPermitted(msg.sender);
        _;
    }

    /// @param haulier_ The lessee.
    /// @param arbiter_ The adjudicator.
    /// @param oracle_ What attests the value.
    /// @param rent_ Rent of a period.
    /// @param periods_ For how many periods the lease runs.
    constructor(address haulier_, IValuationOracle oracle_, address arbiter_, uint256 rent_, uint256 periods_) {
        address[] memory all = new address[](3);
        all[0] = msg.sender;
        all[1] = haulier_;
        all[2] = arbiter_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0) || all[i] == address(oracle_)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (address(oracle_) == address(0)) revert BadParty(address(oracle_));
        if (rent_ == 0) revert NothingToPay();
        if (periods_ == 0) revert NothingToPay();
        bank = msg.sender;
        haulier = haulier_;
        arbiter = arbiter_;
        oracle = oracle_;
        rent = rent_;
        periods = periods_;
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice The lessor hands the asset over; from now on rent is due.
    /// @dev INVARIANT: rent_for_usufruct
    function handOver() external onlyBank nonReentrant during(Phase.Open) {
        _enter(Phase.Leased);
    }

    /// @notice Rent of a period: for the usufruct, whenever it is paid.
    /// @dev INVARIANT: no_late_penalty_interest
    /// @return The amount.
    function rentDue() public view returns (uint256) {
        return rent;
    }

    /// @notice What is charged: nothing while the asset cannot be used.
    /// @dev INVARIANT: lessor_bears_ownership_risk
    /// @return The amount.
    function effectiveRentDue() public view returns (uint256) {
        return unusable ? 0 : rentDue();
    }

    /// @notice Pays the rent of the next period, which goes to the lessor; where nothing is due no period
    ///   counts down.
    /// @dev INVARIANT: rent_for_usufruct
    /// @dev INVARIANT: no_late_penalty_interest
    function payRent() external payable onlyHaulier nonReentrant live {
        uint256 due = effectiveRentDue();
        _due(due);
        if (due == 0) return;
        paidPeriods += 1;
        emit RentPaid(paidPeriods, msg.value);
        if (paidPeriods == periods) _enter(Phase.Ended);
        _pay(bank, msg.value);
    }

    /// @notice States whether the asset can be used; its risk is the lessor's.
    /// @dev INVARIANT: lessor_bears_ownership_risk
    /// @param broken Whether it cannot be used.
    function judgeUsability(bool broken) external onlyArbiter nonReentrant live {
        unusable = broken;
        emit UsabilityJudged(broken);
    }

    /// @notice Ends the lease because the asset is lost; the lessee owes nothing for it.
    /// @dev INVARIANT: lessor_bears_ownership_risk
    function declareTotalLoss() external onlyArbiter nonReentrant live {
        unusable = true;
        emit UsabilityJudged(true);
        _enter(Phase.Ended);
    }

    /// @notice The attested value; reverts while it is unknown (majhul).
    /// @return The value.
    function fairValue() public view returns (uint256) {
        return oracle.fairValue();
    }

    /// @notice Offers the asset when the lease is over; no term of the lease promises it.
    /// @dev INVARIANT: transfer_separate_from_lease
    function offerTransfer() external onlyBank nonReentrant during(Phase.Ended) {
        if (unusable) revert NotOffered();
        offered = true;
        emit TransferOffered();
    }

    /// @notice Buys the asset at its attested value.
    /// @dev INVARIANT: transfer_separate_from_lease
    function acceptTransfer() external payable onlyHaulier nonReentrant during(Phase.Ended) {
        if (!offered) revert NotOffered();
        _due(fairValue());
        emit OwnershipTransferred(msg.value);
        _enter(Phase.Transferred);
        _pay(bank, msg.value);
    }

    /// @notice Either ends the lease; nothing is owed for periods to come.
    function terminate() external onlyBankOrHaulier nonReentrant live {
        _enter(Phase.Ended);
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
