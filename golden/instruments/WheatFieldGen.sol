// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument WheatField: muzaraah. Do not edit.
pragma solidity 0.8.24;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title WheatField, of the class muzaraah.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: output_by_ratio - harvest_share.basis == output_ratio
/// @dev INVARIANT: no_fixed_rent - harvest_share.fixed_rent == none
contract WheatFieldGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Open,
        Sown,
        Ended
    }

    /// @notice The landowner `village`, who deploys the contract.
    address public immutable village;
    /// @notice The cultivator `farmer`.
    address public immutable farmer;
    /// @notice The part of the output that `village` has, in hundredths of a percent.
    uint256 public immutable landownerBps;
    /// @notice The current phase.
    Phase public phase;
    /// @notice All shares together.
    uint256 public constant BPS = 10000;
    /// @notice Money held for the instrument, in the smallest unit of the coin.
    uint256 public pool;
    /// @notice Money that a receiver refused and may withdraw.
    mapping(address => uint256) public credits;
    /// @notice The sum of all credits; with the pool, all that the contract holds.
    uint256 public totalCredits;

    /// @notice The contract entered a phase.
    event PhaseEntered(Phase phase);

    /// @notice Output was shared by ratio.
    event OutputShared(uint256 output, uint256 landPart, uint256 workPart);

    /// @notice Money was transferred.
    event Paid(address indexed to, uint256 amount);

    /// @notice A receiver refused money, which now waits for it.
    event Credited(address indexed to, uint256 amount);

    /// @notice A credit was withdrawn.
    event Withdrawn(address indexed from, address indexed to, uint256 amount);

    /// @notice The call does not belong to the phase that the contract is in.
    error WrongPhase(Phase current);

    /// @notice The ratio is more than the whole.
    error BadRatio();

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
    modifier onlyFarmer() {
        if (msg.sender != farmer) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyVillageOrFarmer() {
        if (msg.sender != village && msg.sender != farmer) revert NotPermitted(msg.sender);
        _;
    }

    /// @param farmer_ The cultivator.
    /// @param landownerBps_ The part of the output that `village` has, in hundredths of a percent.
    constructor(address farmer_, uint256 landownerBps_) {
        address[] memory all = new address[](2);
        all[0] = msg.sender;
        all[1] = farmer_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (landownerBps_ > BPS) revert BadRatio();
        village = msg.sender;
        farmer = farmer_;
        landownerBps = landownerBps_;
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice The work begins.
    function sow() external onlyFarmer nonReentrant during(Phase.Open) {
        _enter(Phase.Sown);
    }

    /// @notice Brings what grew; both have their part of just that.
    /// @dev INVARIANT: output_by_ratio
    /// @dev INVARIANT: no_fixed_rent
    function shareOutput() external payable onlyFarmer nonReentrant during(Phase.Sown) {
        if (msg.value == 0) revert NothingToPay();
        uint256 part = Math.mulDiv(msg.value, landownerBps, BPS);
        emit OutputShared(msg.value, part, msg.value - part);
        _pay(village, part);
        _pay(farmer, msg.value - part);
    }

    /// @notice Ends the season; where nothing grew nothing is owed.
    /// @dev INVARIANT: no_fixed_rent
    function endSeason() external onlyVillageOrFarmer nonReentrant during(Phase.Sown) {
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
