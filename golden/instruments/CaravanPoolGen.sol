// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument CaravanPool: mudarabah_pool. Do not edit.
pragma solidity 0.8.24;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title CaravanPool, of the class mudarabah_pool.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: profit_by_ratio - profit.split == ratio
/// @dev INVARIANT: loss_on_capital - loss == on_capital_pool
/// @dev INVARIANT: no_guarantee - capital_guarantee == none
contract CaravanPoolGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Open,
        Funded,
        Working,
        Closed
    }

    /// @notice The mudarib `trader`, who deploys the contract.
    address public immutable trader;
    /// @notice The capital of all.
    uint256 public immutable total;
    /// @notice The part of the profit that `trader` has, in hundredths of a percent.
    uint256 public immutable managerProfitBps;
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

    /// @notice What the venture brought was shared out.
    event ProceedsShared(uint256 proceeds, uint256 profit, uint256 loss);

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

    /// @notice The ratio is more than the whole.
    error BadRatio();

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
    modifier onlyTrader() {
        if (msg.sender != trader) revert NotPermitted(msg.sender);
        _;
    }

    /// @param members_ The members, in the order of their shares.
    /// @param total_ The capital of all.
    /// @param managerProfitBps_ The part of the profit that `trader` has, in hundredths of a percent.
    constructor(address[] memory members_, uint256 total_, uint256 managerProfitBps_) {
        uint256[2] memory bps = [uint256(5000), 5000];
        if (members_.length != 2) revert BadParty(address(0));
        for (uint256 i = 0; i < 2; ++i) {
            address member = members_[i];
            if (member == address(0) || member == msg.sender || shareOf[member] != 0) revert BadParty(member);
            shareOf[member] = bps[i];
            members.push(member);
        }
        if (total_ == 0) revert NothingToPay();
        if (managerProfitBps_ > BPS) revert BadRatio();
        trader = msg.sender;
        total = total_;
        managerProfitBps = managerProfitBps_;
    }

    /// @notice What a member pays; the last makes the total whole.
    /// @param member The member.
    /// @return The amount.
    function contributionOf(address member) public view returns (uint256) {
        if (member != members[1]) return Math.mulDiv(total, shareOf[member], BPS);
        uint256 left = total;
        for (uint256 i = 0; i < 1; ++i) {
            left -= Math.mulDiv(total, shareOf[members[i]], BPS);
        }
        return left;
    }

    /// @dev Pays every member its share of an amount; what rounding leaves goes to the last.
    /// @dev INVARIANT: loss_on_capital
    /// @param amount How much, out of the pool.
    function _distribute(uint256 amount) internal {
        emit Distributed(amount);
        uint256 left = amount;
        for (uint256 i = 0; i < 2; ++i) {
            uint256 part = i == 1 ? left : Math.mulDiv(amount, shareOf[members[i]], BPS);
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

    /// @notice Pays one's part of the capital in.
    /// @dev INVARIANT: loss_on_capital
    function fund() external payable nonReentrant onlyMember during(Phase.Open) {
        if (contributed[msg.sender]) revert AlreadyPaid();
        _due(contributionOf(msg.sender));
        contributed[msg.sender] = true;
        contributions += 1;
        pool += msg.value;
        emit Contributed(msg.sender, msg.value);
        if (contributions == members.length) _enter(Phase.Funded);
    }

    /// @notice Takes one's part back while others have not paid theirs.
    function takeBack() external nonReentrant onlyMember during(Phase.Open) {
        if (!contributed[msg.sender]) revert AlreadyPaid();
        contributed[msg.sender] = false;
        contributions -= 1;
        _release(msg.sender, contributionOf(msg.sender));
    }

    /// @notice Takes the capital to work with it.
    function draw() external onlyTrader nonReentrant during(Phase.Funded) {
        uint256 amount = pool;
        _enter(Phase.Working);
        _release(trader, amount);
    }

    /// @notice Gives the capital back when the work has not begun.
    function dissolve() external nonReentrant onlyMember during(Phase.Funded) {
        _enter(Phase.Closed);
        _distribute(pool);
    }

    /// @notice Pays in what the venture brought, and shares it: profit by ratio, a loss on the capital.
    /// @dev INVARIANT: profit_by_ratio
    /// @dev INVARIANT: loss_on_capital
    /// @dev INVARIANT: no_guarantee
    function settle() external payable onlyTrader nonReentrant during(Phase.Working) {
        uint256 profit = msg.value > total ? msg.value - total : 0;
        uint256 reward = Math.mulDiv(profit, managerProfitBps, BPS);
        _enter(Phase.Closed);
        pool += msg.value;
        emit ProceedsShared(msg.value, profit, msg.value < total ? total - msg.value : 0);
        _release(trader, reward);
        _distribute(msg.value - reward);
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
