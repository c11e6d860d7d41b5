// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument ConsensusHome: musharakah_mutanaqisah. Do not edit.
pragma solidity 0.8.24;

import {IValuationOracle} from "./IValuationOracle.sol";
import {ConsensusHomeGen} from "./ConsensusHomeGen.sol";

/// @title What the verifier of the circuit ConsensusHomeLossShare answers, as snarkjs exports it.
interface IConsensusHomeLossShareVerifier {
    /// @notice Whether a Groth16 proof holds.
    /// @param pointA First point of the proof.
    /// @param pointB Second point of the proof.
    /// @param pointC Third point of the proof.
    /// @param signals The public signals: bankBps, clientBps, totalLoss, chainId, contractAddress, round.
    /// @return Whether it holds.
    function verifyProof(
        uint256[2] calldata pointA,
        uint256[2][2] calldata pointB,
        uint256[2] calldata pointC,
        uint256[6] calldata signals
    ) external view returns (bool);
}

/// @title ConsensusHome, which settles a loss only when a proof shows that it is shared in proportion.
/// @notice With a loss, `settleWithProof` settles and `settle` refuses; without one it is the other way round.
/// @dev INVARIANT: INV-1 and RISK-1 - proven by the circuit, whose public signals must equal this contract's own state.
contract ConsensusHomeZkGate is ConsensusHomeGen {
    /// @notice What checks proofs: made of the key that the ceremony ended with.
    IConsensusHomeLossShareVerifier public immutable verifier;

    /// @notice The round that proofs must be for. It ends with each proof that is accepted, so none counts twice.
    uint256 public proofRound = 1;

    /// @notice A loss was proven to be shared in proportion.
    event LossProven(uint256 indexed round, uint256 claim);

    /// @notice There is no contract at the address of the verifier.
    error NotAVerifier(address given);

    /// @notice There is a loss, which takes a proof.
    error ProofRequired(uint256 claim);

    /// @notice There is no loss, so nothing to prove.
    error NoLoss();

    /// @notice A public signal is not what this contract's state says.
    error WrongSignal(uint256 index, uint256 expected, uint256 given);

    /// @notice The proof does not hold.
    error ProofRefused();

    /// @param client_ As of ConsensusHomeGen.
    /// @param oracle_ As of ConsensusHomeGen.
    /// @param arbiter_ As of ConsensusHomeGen.
    /// @param maslahahFund_ As of ConsensusHomeGen.
    /// @param initialBankShareBps_ As of ConsensusHomeGen.
    /// @param rentPerPeriodPerBps_ As of ConsensusHomeGen.
    /// @param khiyarPeriod_ As of ConsensusHomeGen.
    /// @param gateVerifier_ What checks proofs, for good.
    constructor(
        address client_,
        IValuationOracle oracle_,
        address arbiter_,
        address maslahahFund_,
        uint256 initialBankShareBps_,
        uint256 rentPerPeriodPerBps_,
        uint256 khiyarPeriod_,
        address gateVerifier_
    ) ConsensusHomeGen(client_, oracle_, arbiter_, maslahahFund_, initialBankShareBps_, rentPerPeriodPerBps_, khiyarPeriod_) {
        if (gateVerifier_.code.length == 0) revert NotAVerifier(gateVerifier_);
        verifier = IConsensusHomeLossShareVerifier(gateVerifier_);
    }

    /// @notice Settles where there is no loss.
    function settle() external override onlyBankOrClientOrArbiter nonReentrant live {
        uint256 value = fairValue();
        uint256 claim = _lossClaim(value);
        if (claim != 0) revert ProofRequired(claim);
        _settle(value);
    }

    /// @notice Settles a loss that a proof shows to be shared in proportion: each partner is paid its share of the value.
    /// @dev INVARIANT: RISK-1. The round ends before money moves.
    /// @param a First point of the proof.
    /// @param b Second point of the proof.
    /// @param c Third point of the proof.
    /// @param pubSignals The public signals: bankBps, clientBps, totalLoss, chainId, contractAddress, round.
    function settleWithProof(
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata c,
        uint256[6] calldata pubSignals
    ) external onlyBankOrClientOrArbiter nonReentrant live {
        uint256 value = fairValue();
        uint256[6] memory own = _publicSignals(value);
        if (own[2] == 0) revert NoLoss();
        for (uint256 i = 0; i < 6; ++i) {
            if (pubSignals[i] != own[i]) revert WrongSignal(i, own[i], pubSignals[i]);
        }
        if (!verifier.verifyProof(a, b, c, pubSignals)) revert ProofRefused();
        emit LossProven(proofRound, own[2]);
        ++proofRound;
        _settle(value);
    }

    /// @notice The loss at the value of today, as the circuit takes it; zero without one.
    /// @dev It is the loss itself where that splits without remainder and has 64 bits at most. Else it is in ten-thousandths,
    ///   which always split, and halved until it fits: a proportion is the same in every unit.
    /// @return The total that the hidden losses must come to.
    function lossClaim() external view returns (uint256) {
        return _lossClaim(fairValue());
    }

    /// @notice What a proof must say at the value of today.
    /// @return The public signals: bankBps, clientBps, totalLoss, chainId, contractAddress, round.
    function publicSignals() external view returns (uint256[6] memory) {
        return _publicSignals(fairValue());
    }

    function _publicSignals(uint256 value) private view returns (uint256[6] memory) {
        return [
            bankShareBps,
            clientShareBps,
            _lossClaim(value),
            block.chainid,
            uint256(uint160(address(this))),
            proofRound
        ];
    }

    function _lossClaim(uint256 value) private view returns (uint256) {
        if (value >= pool) return 0;
        uint256 loss = pool - value;
        if (loss <= type(uint64).max && (loss * bankShareBps) % BPS == 0) return loss;
        while (loss > type(uint64).max / BPS) loss >>= 1;
        return loss * BPS;
    }
}
