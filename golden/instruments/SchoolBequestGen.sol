// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument SchoolBequest: wasiyya. Do not edit.
pragma solidity 0.8.24;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title SchoolBequest, of the class wasiyya.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: within_one_third - bequest.share_bps <= 3333
/// @dev INVARIANT: not_to_heir - bequest.beneficiary == non_heir
contract SchoolBequestGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Open,
        Closed
    }

    /// @notice The testator `teacher`, who deploys the contract.
    address public immutable teacher;
    /// @notice The legatee `school`.
    address public immutable school;
    /// @notice Where the heirs' part goes.
    address public immutable heirs;
    /// @notice The legatee's part, in hundredths of a percent, at most a third.
    uint256 public immutable bequestBps;
    /// @notice How long nothing may be heard of the testator before the will is carried out, in seconds.
    uint256 public immutable silence;
    /// @notice The current phase.
    Phase public phase;
    /// @notice All shares together.
    uint256 public constant BPS = 10000;
    /// @notice When the testator was last heard of, in seconds of the ledger's clock.
    uint256 public lastHeard;
    /// @notice Money held for the instrument, in the smallest unit of the coin.
    uint256 public pool;
    /// @notice Money that a receiver refused and may withdraw.
    mapping(address => uint256) public credits;
    /// @notice The sum of all credits; with the pool, all that the contract holds.
    uint256 public totalCredits;

    /// @notice The contract entered a phase.
    event PhaseEntered(Phase phase);

    /// @notice The testator was heard of.
    event Heard(uint256 at);

    /// @notice The will was carried out.
    event Executed(uint256 bequest, uint256 inheritance);

    /// @notice Money was transferred.
    event Paid(address indexed to, uint256 amount);

    /// @notice A receiver refused money, which now waits for it.
    event Credited(address indexed to, uint256 amount);

    /// @notice A credit was withdrawn.
    event Withdrawn(address indexed from, address indexed to, uint256 amount);

    /// @notice The call does not belong to the phase that the contract is in.
    error WrongPhase(Phase current);

    /// @notice A period is zero or longer than a hundred years.
    error BadPeriod();

    /// @notice The time for the call has not come.
    error TooEarly(uint256 until);

    /// @notice A bequest lies between nothing and a third, and not with an heir.
    error BadBequest();

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

    /// @dev Who has something by the will, or judges, and is alive: others are refused.
    modifier onlyExecutor() {
        if (msg.sender != school && msg.sender != heirs) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyTeacher() {
        if (msg.sender != teacher) revert NotPermitted(msg.sender);
        _;
    }

    /// @param school_ The legatee.
    /// @param heirs_ Where the heirs' part goes.
    /// @param bequestBps_ The legatee's part, in hundredths of a percent, at most a third.
    /// @param silence_ How long nothing may be heard of the testator before the will is carried out, in
    ///   seconds.
    constructor(address school_, address heirs_, uint256 bequestBps_, uint256 silence_) {
        address[] memory all = new address[](2);
        all[0] = msg.sender;
        all[1] = school_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (silence_ == 0 || silence_ > 36500 days) revert BadPeriod();
        if (bequestBps_ == 0 || bequestBps_ > 3333) revert BadBequest();
        if (heirs_ == address(0) || heirs_ == school_ || heirs_ == msg.sender) revert BadBequest();
        teacher = msg.sender;
        school = school_;
        heirs = heirs_;
        bequestBps = bequestBps_;
        silence = silence_;
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice Puts a part of the estate in.
    function entrust() external payable onlyTeacher nonReentrant during(Phase.Open) {
        if (msg.value == 0) revert NothingToPay();
        lastHeard = block.timestamp;
        pool += msg.value;
        emit Heard(block.timestamp);
    }

    /// @notice Shows that the testator is alive.
    function show() external onlyTeacher nonReentrant during(Phase.Open) {
        lastHeard = block.timestamp;
        emit Heard(block.timestamp);
    }

    /// @notice Takes everything back: a will binds nobody before death.
    function revoke() external onlyTeacher nonReentrant during(Phase.Open) {
        lastHeard = block.timestamp;
        emit Heard(block.timestamp);
        _release(teacher, pool);
    }

    /// @notice Carries the will out when nothing was heard of the testator for long enough: the legatee has
    ///   its part, the heirs the rest.
    /// @dev INVARIANT: within_one_third
    /// @dev INVARIANT: not_to_heir
    function execute() external nonReentrant onlyExecutor during(Phase.Open) {
        uint256 until = lastHeard + silence;
        if (block.timestamp <= until) revert TooEarly(until);
        if (pool == 0) revert NothingToPay();
        uint256 bequest = Math.mulDiv(pool, bequestBps, BPS);
        uint256 inheritance = pool - bequest;
        _enter(Phase.Closed);
        emit Executed(bequest, inheritance);
        _release(school, bequest);
        _release(heirs, inheritance);
    }

    /// @notice Sends the caller's credit to an address that takes it.
    /// @param to Who receives the money.
    function withdraw(address to) external nonReentrant {
        if (msg.sender == teacher) lastHeard = block.timestamp;
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
