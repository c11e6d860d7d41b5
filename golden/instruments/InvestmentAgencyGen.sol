// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument InvestmentAgency: wakala. Do not edit.
pragma solidity 0.8.24;

import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title InvestmentAgency, of the class wakala.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: no_agent_guarantee - agency.agent_guarantee == none
/// @dev INVARIANT: fee_disclosed - agency.fee == 9000 tinybar
contract InvestmentAgencyGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Open,
        Entrusted,
        Executed,
        Closed
    }

    /// @notice The muwakkil `principal`, who deploys the contract.
    address public immutable principal;
    /// @notice The wakil `agent`.
    address public immutable agent;
    /// @notice What the agent may spend.
    uint256 public immutable mandate;
    /// @notice The agent's fee, a fixed sum that is known from the beginning; nothing for who works for
    ///   nothing.
    uint256 public immutable fee;
    /// @notice The current phase.
    Phase public phase;
    /// @notice Money held for the instrument, in the smallest unit of the coin.
    uint256 public pool;
    /// @notice Money that a receiver refused and may withdraw.
    mapping(address => uint256) public credits;
    /// @notice The sum of all credits; with the pool, all that the contract holds.
    uint256 public totalCredits;

    /// @notice The contract entered a phase.
    event PhaseEntered(Phase phase);

    /// @notice The agent spent money for its principal.
    event Spent(address indexed payee, uint256 amount, bytes32 evidence);

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

    /// @notice The agent may not pay itself.
    error SelfDealing();

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
    modifier onlyPrincipal() {
        if (msg.sender != principal) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyAgent() {
        if (msg.sender != agent) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyPrincipalOrAgent() {
        if (msg.sender != principal && msg.sender != agent) revert NotPermitted(msg.sender);
        _;
    }

    /// @param agent_ The wakil.
    /// @param mandate_ What the agent may spend.
    /// @param fee_ The agent's fee, a fixed sum that is known from the beginning; nothing for who works for
    ///   nothing.
    constructor(address agent_, uint256 mandate_, uint256 fee_) {
        address[] memory all = new address[](2);
        all[0] = msg.sender;
        all[1] = agent_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (mandate_ == 0) revert NothingToPay();
        principal = msg.sender;
        agent = agent_;
        mandate = mandate_;
        fee = fee_;
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice Hands over what may be spent, and the fee.
    /// @dev INVARIANT: fee_disclosed
    function entrust() external payable onlyPrincipal nonReentrant during(Phase.Open) {
        _due(mandate + fee);
        pool += msg.value;
        _enter(Phase.Entrusted);
    }

    /// @notice The agent pays somebody out of the mandate, never out of its fee and never itself.
    /// @dev INVARIANT: no_agent_guarantee
    /// @param payee Who is paid.
    /// @param amount How much.
    /// @param evidence The hash of the document that shows what for.
    function spend(address payee, uint256 amount, bytes32 evidence) external onlyAgent nonReentrant during(Phase.Entrusted) {
        if (payee == agent || payee == address(0) || payee == address(this)) revert SelfDealing();
        if (evidence == bytes32(0)) revert NoEvidence();
        if (amount == 0 || amount > pool - fee) revert WrongAmount(pool - fee, amount);
        emit Spent(payee, amount, evidence);
        _release(payee, amount);
    }

    /// @notice The agent reports that the work is done.
    /// @dev INVARIANT: no_agent_guarantee
    /// @param evidence The hash of the document that shows it.
    function complete(bytes32 evidence) external onlyAgent nonReentrant during(Phase.Entrusted) {
        if (evidence == bytes32(0)) revert NoEvidence();
        emit Evidence(msg.sender, evidence);
        _enter(Phase.Executed);
    }

    /// @notice Pays the agent its fee and gives the rest back.
    /// @dev INVARIANT: fee_disclosed
    /// @dev INVARIANT: no_agent_guarantee
    function conclude() external onlyPrincipalOrAgent nonReentrant during(Phase.Executed) {
        _enter(Phase.Closed);
        uint256 rest = pool - fee;
        _release(agent, fee);
        _release(principal, rest);
    }

    /// @notice Takes the mandate back; the fee is due only if something was spent.
    function revoke() external onlyPrincipal nonReentrant during(Phase.Entrusted) {
        _enter(Phase.Closed);
        uint256 due = pool < mandate + fee ? fee : 0;
        uint256 rest = pool - due;
        _release(agent, due);
        _release(principal, rest);
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
