// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument LostCamel: juala. Do not edit.
pragma solidity 0.8.24;

import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title LostCamel, of the class juala.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: reward_known - reward.amount == 50000 tinybar
/// @dev INVARIANT: due_on_completion - reward.due == on_completion
contract LostCamelGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Open,
        Offered,
        Claimed,
        Contested,
        Closed
    }

    /// @notice The jail `owner`, who deploys the contract.
    address public immutable owner;
    /// @notice The amil `finder`.
    address public immutable finder;
    /// @notice The reward, known from the beginning.
    uint256 public immutable reward;
    /// @notice How long `owner` may take to answer a claim, in seconds.
    uint256 public immutable answerPeriod;
    /// @notice The current phase.
    Phase public phase;
    /// @notice Until when a claim may be answered, in seconds of the ledger's clock.
    uint256 public answerUntil;
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
    modifier onlyFinder() {
        if (msg.sender != finder) revert NotPermitted(msg.sender);
        _;
    }

    /// @param finder_ The amil.
    /// @param reward_ The reward, known from the beginning.
    /// @param answerPeriod_ How long `owner` may take to answer a claim, in seconds.
    constructor(address finder_, uint256 reward_, uint256 answerPeriod_) {
        address[] memory all = new address[](2);
        all[0] = msg.sender;
        all[1] = finder_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (reward_ == 0) revert NothingToPay();
        if (answerPeriod_ == 0 || answerPeriod_ > 36500 days) revert BadPeriod();
        owner = msg.sender;
        finder = finder_;
        reward = reward_;
        answerPeriod = answerPeriod_;
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice Puts the reward up.
    /// @dev INVARIANT: reward_known
    function offer() external payable onlyOwner nonReentrant during(Phase.Open) {
        _due(reward);
        pool += msg.value;
        _enter(Phase.Offered);
    }

    /// @notice Takes the offer back while nobody claims the reward.
    function takeBack() external onlyOwner nonReentrant during(Phase.Offered) {
        _enter(Phase.Closed);
        _release(owner, pool);
    }

    /// @notice Claims that the work is done.
    /// @dev INVARIANT: due_on_completion
    /// @param evidence The hash of the document that shows it.
    function claim(bytes32 evidence) external onlyFinder nonReentrant during(Phase.Offered) {
        answerUntil = block.timestamp + answerPeriod;
        if (evidence == bytes32(0)) revert NoEvidence();
        emit Evidence(msg.sender, evidence);
        _enter(Phase.Claimed);
    }

    /// @notice Confirms that the work is done; the reward is paid.
    /// @dev INVARIANT: due_on_completion
    function confirm() external onlyOwner nonReentrant during(Phase.Claimed) {
        _enter(Phase.Closed);
        _release(finder, pool);
    }

    /// @notice Says in time that the work is not done.
    function contest() external onlyOwner nonReentrant during(Phase.Claimed) {
        if (block.timestamp > answerUntil) revert WrongPhase(phase);
        _enter(Phase.Offered);
    }

    /// @notice Takes the reward when nobody has answered the claim in time.
    /// @dev INVARIANT: due_on_completion
    function collect() external onlyFinder nonReentrant during(Phase.Claimed) {
        if (block.timestamp <= answerUntil) revert TooEarly(answerUntil);
        _enter(Phase.Closed);
        _release(finder, pool);
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
