// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument FarmersTakaful: takaful. Do not edit.
pragma solidity 0.8.24;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title FarmersTakaful, of the class takaful.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: donation_basis - contribution.basis == tabarru
/// @dev INVARIANT: surplus_to_participants - contribution.surplus == to_participants
contract FarmersTakafulGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Open,
        Covered,
        Closed
    }

    /// @notice The operator `manager`, who deploys the contract.
    address public immutable manager;
    /// @notice What all give together.
    uint256 public immutable total;
    /// @notice How long the fund covers, in seconds.
    uint256 public immutable term;
    /// @notice The current phase.
    Phase public phase;
    /// @notice All shares together.
    uint256 public constant BPS = 10000;
    /// @notice The members; what rounding leaves goes to the last.
    address[] public members;
    /// @notice The share of a member, in hundredths of a percent.
    mapping(address => uint256) public shareOf;
    /// @notice Who has paid its part.
    mapping(address => bool) public contributed;
    /// @notice How many have paid their part.
    uint256 public contributions;
    /// @notice Until when the fund covers, in seconds of the ledger's clock.
    uint256 public coveredUntil;
    /// @notice Money held for the instrument, in the smallest unit of the coin.
    uint256 public pool;
    /// @notice Money that a receiver refused and may withdraw.
    mapping(address => uint256) public credits;
    /// @notice The sum of all credits; with the pool, all that the contract holds.
    uint256 public totalCredits;

    /// @notice A member paid its part.
    event Contributed(address indexed member, uint256 amount);

    /// @notice Money was distributed by shares.
    event Distributed(uint256 amount);

    /// @notice The contract entered a phase.
    event PhaseEntered(Phase phase);

    /// @notice A member was helped.
    event ClaimPaid(address indexed member, uint256 amount, bytes32 evidence);

    /// @notice Money was transferred.
    event Paid(address indexed to, uint256 amount);

    /// @notice A receiver refused money, which now waits for it.
    event Credited(address indexed to, uint256 amount);

    /// @notice A credit was withdrawn.
    event Withdrawn(address indexed from, address indexed to, uint256 amount);

    /// @notice The member has paid its part before, or has nothing to take back.
    error AlreadyPaid();

    /// @notice A party is the zero address, or has two roles.
    error BadParty(address party);

    /// @notice The call does not belong to the phase that the contract is in.
    error WrongPhase(Phase current);

    /// @notice The amount would be zero.
    error NothingToPay();

    /// @notice A period is zero or longer than a hundred years.
    error BadPeriod();

    /// @notice The time for the call has not come.
    error TooEarly(uint256 until);

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

    /// @dev Members only.
    modifier onlyMember() {
        if (shareOf[msg.sender] == 0) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Only in one phase.
    modifier during(Phase wanted) {
        if (phase != wanted) revert WrongPhase(phase);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyManager() {
        if (msg.sender != manager) revert NotPermitted(msg.sender);
        _;
    }

    /// @param members_ The members, in the order of their shares.
    /// @param total_ What all give together.
    /// @param term_ How long the fund covers, in seconds.
    constructor(address[] memory members_, uint256 total_, uint256 term_) {
        uint256[3] memory bps = [uint256(4000), 3000, 3000];
        if (members_.length != 3) revert BadParty(address(0));
        for (uint256 i = 0; i < 3; ++i) {
            address member = members_[i];
            if (member == address(0) || member == msg.sender || shareOf[member] != 0) revert BadParty(member);
            shareOf[member] = bps[i];
            members.push(member);
        }
        if (total_ == 0) revert NothingToPay();
        if (term_ == 0 || term_ > 36500 days) revert BadPeriod();
        manager = msg.sender;
        total = total_;
        term = term_;
    }

    /// @notice What a member pays; the last makes the total whole.
    /// @param member The member.
    /// @return The amount.
    function contributionOf(address member) public view returns (uint256) {
        if (member != members[2]) return Math.mulDiv(total, shareOf[member], BPS);
        uint256 left = total;
        for (uint256 i = 0; i < 2; ++i) {
            left -= Math.mulDiv(total, shareOf[members[i]], BPS);
        }
        return left;
    }

    /// @dev Pays every member its share of an amount; what rounding leaves goes to the last.
    /// @dev INVARIANT: surplus_to_participants
    /// @param amount How much, out of the pool.
    function _distribute(uint256 amount) internal {
        emit Distributed(amount);
        uint256 left = amount;
        for (uint256 i = 0; i < 3; ++i) {
            uint256 part = i == 2 ? left : Math.mulDiv(amount, shareOf[members[i]], BPS);
            left -= part;
            _release(members[i], part);
        }
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice Gives one's part to the fund.
    /// @dev INVARIANT: donation_basis
    function contribute() external payable nonReentrant onlyMember during(Phase.Open) {
        if (contributed[msg.sender]) revert AlreadyPaid();
        _due(contributionOf(msg.sender));
        contributed[msg.sender] = true;
        contributions += 1;
        pool += msg.value;
        emit Contributed(msg.sender, msg.value);
        if (contributions == members.length) {
            coveredUntil = block.timestamp + term;
            _enter(Phase.Covered);
        }
    }

    /// @notice Takes one's part back while others have not paid theirs.
    function takeBack() external nonReentrant onlyMember during(Phase.Open) {
        if (!contributed[msg.sender]) revert AlreadyPaid();
        contributed[msg.sender] = false;
        contributions -= 1;
        _release(msg.sender, contributionOf(msg.sender));
    }

    /// @notice Helps a member out of the fund; nobody else can be paid from it.
    /// @dev INVARIANT: donation_basis
    /// @param member Who lost something.
    /// @param amount How much.
    /// @param evidence The hash of the document that shows the loss.
    function payClaim(address member, uint256 amount, bytes32 evidence) external onlyManager nonReentrant during(Phase.Covered) {
        if (shareOf[member] == 0) revert NotPermitted(member);
        if (evidence == bytes32(0)) revert NoEvidence();
        if (amount == 0 || amount > pool) revert WrongAmount(pool, amount);
        emit ClaimPaid(member, amount, evidence);
        _release(member, amount);
    }

    /// @notice Ends the fund when its time is over: the surplus goes to the members, none to the operator.
    /// @dev INVARIANT: surplus_to_participants
    function distributeSurplus() external nonReentrant during(Phase.Covered) {
        if (block.timestamp <= coveredUntil) revert TooEarly(coveredUntil);
        _enter(Phase.Closed);
        _distribute(pool);
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
