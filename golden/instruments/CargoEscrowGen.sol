// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument CargoEscrow: commercial_escrow. Do not edit.
pragma solidity 0.8.24;

import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title CargoEscrow, of the class commercial_escrow.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: certainty_of_terms - release.amount == 1000000 tinybar
/// @dev INVARIANT: no_penalty_clause - release.damages == liquidated
/// @dev INVARIANT: consideration_present - importer != exporter
/// @dev INVARIANT: dispute_resolution_present - dispute.remedy == arbiter_ruling
contract CargoEscrowGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Open,
        Agreed,
        Funded,
        Disputed,
        Closed
    }

    /// @notice The depositor `importer`, who deploys the contract.
    address public immutable importer;
    /// @notice The beneficiary `exporter`.
    address public immutable exporter;
    /// @notice The arbiter `tribunal`.
    address public immutable tribunal;
    /// @notice What is paid for the performance.
    uint256 public immutable consideration;
    /// @notice The hash of the agreed terms.
    bytes32 public immutable terms;
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

    /// @notice The money was paid out.
    event Concluded(uint256 beneficiaryPart, uint256 depositorPart);

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

    /// @notice These are not the terms of this contract.
    error OtherTerms();

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
    modifier onlyExporter() {
        if (msg.sender != exporter) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyImporter() {
        if (msg.sender != importer) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyImporterOrExporter() {
        if (msg.sender != importer && msg.sender != exporter) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyTribunal() {
        if (msg.sender != tribunal) revert NotPermitted(msg.sender);
        _;
    }

    /// @param exporter_ The beneficiary.
    /// @param tribunal_ The arbiter.
    /// @param consideration_ What is paid for the performance.
    /// @param terms_ The hash of the agreed terms.
    constructor(address exporter_, address tribunal_, uint256 consideration_, bytes32 terms_) {
        address[] memory all = new address[](3);
        all[0] = msg.sender;
        all[1] = exporter_;
        all[2] = tribunal_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (consideration_ == 0) revert NothingToPay();
        if (terms_ == bytes32(0)) revert NoEvidence();
        importer = msg.sender;
        exporter = exporter_;
        tribunal = tribunal_;
        consideration = consideration_;
        terms = terms_;
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice Agrees to the terms, word by word.
    /// @dev INVARIANT: certainty_of_terms
    /// @param read The hash of the terms that were read.
    function agree(bytes32 read) external onlyExporter nonReentrant during(Phase.Open) {
        if (read != terms) revert OtherTerms();
        _enter(Phase.Agreed);
    }

    /// @notice Pays the consideration into escrow.
    /// @dev INVARIANT: consideration_present
    function deposit() external payable onlyImporter nonReentrant during(Phase.Agreed) {
        _due(consideration);
        pool += msg.value;
        _enter(Phase.Funded);
    }

    /// @dev Pays the whole escrow out, in two parts: there is nothing to pay a penalty from.
    /// @dev INVARIANT: no_penalty_clause
    /// @param part What the beneficiary has of it.
    function _conclude(uint256 part) internal {
        if (part > pool) revert WrongAmount(pool, part);
        uint256 rest = pool - part;
        _enter(Phase.Closed);
        emit Concluded(part, rest);
        _release(exporter, part);
        _release(importer, rest);
    }

    /// @notice The depositor is content, or concedes a dispute, and the beneficiary is paid.
    function release() external onlyImporter nonReentrant {
        if (phase != Phase.Funded && phase != Phase.Disputed) revert WrongPhase(phase);
        _conclude(pool);
    }

    /// @notice The beneficiary gives the money back, or concedes a dispute.
    function refund() external onlyExporter nonReentrant {
        if (phase != Phase.Funded && phase != Phase.Disputed) revert WrongPhase(phase);
        _conclude(0);
    }

    /// @notice Either brings the matter before the arbiter.
    /// @dev INVARIANT: dispute_resolution_present
    function dispute() external onlyImporterOrExporter nonReentrant during(Phase.Funded) {
        _enter(Phase.Disputed);
    }

    /// @notice Decides the dispute.
    /// @dev INVARIANT: dispute_resolution_present
    /// @dev INVARIANT: no_penalty_clause
    /// @param part What the beneficiary has; the rest goes back.
    function resolve(uint256 part) external onlyTribunal nonReentrant during(Phase.Disputed) {
        _conclude(part);
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
