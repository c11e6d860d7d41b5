// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument BakeryPartners: musharakah. Do not edit.
pragma solidity 0.8.24;

import {BakeryPartnersGen} from "./BakeryPartnersGen.sol";

/// @title What the verifier of the circuit BakeryPartnersLossShare answers, as snarkjs exports it.
interface IBakeryPartnersLossShareVerifier {
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

/// @title BakeryPartners, which settles a loss only when a proof shows that it is shared in proportion.
/// @notice With a loss, `settleWithProof` settles and `settle` refuses; without one it is the other way round.
/// @dev INVARIANT: INV-1 and RISK-1 - proven by the circuit, whose public signals must equal this contract's own state.
contract BakeryPartnersZkGate is BakeryPartnersGen {
    /// @notice What checks proofs: made of the key that the ceremony ended with.
    IBakeryPartnersLossShareVerifier public immutable verifier;

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

    /// @param miller_ As of BakeryPartnersGen.
    /// @param arbiter_ As of BakeryPartnersGen.
    /// @param capital_ As of BakeryPartnersGen.
    /// @param bakerCapitalBps_ As of BakeryPartnersGen.
    /// @param bakerProfitBps_ As of BakeryPartnersGen.
    /// @param gateVerifier_ What checks proofs, for good.
    constructor(
        address miller_,
        address arbiter_,
        uint256 capital_,
        uint256 bakerCapitalBps_,
        uint256 bakerProfitBps_,
        address gateVerifier_
    ) BakeryPartnersGen(miller_, arbiter_, capital_, bakerCapitalBps_, bakerProfitBps_) {
        if (gateVerifier_.code.length == 0) revert NotAVerifier(gateVerifier_);
        verifier = IBakeryPartnersLossShareVerifier(gateVerifier_);
    }

    /// @notice Settles where there is no loss.
    function settle() external payable override onlyBaker nonReentrant during(Phase.Working) {
        uint256 value = msg.value;
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
    ) external payable onlyBaker nonReentrant during(Phase.Working) {
        uint256 value = msg.value;
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

    /// @notice The loss at a value that is paid in, as the circuit takes it; zero without one.
    /// @dev It is the loss itself where that splits without remainder and has 64 bits at most. Else it is in ten-thousandths,
    ///   which always split, and halved until it fits: a proportion is the same in every unit.
    /// @param value What is going to be paid in.
    /// @return The total that the hidden losses must come to.
    function lossClaim(uint256 value) external view returns (uint256) {
        return _lossClaim(value);
    }

    /// @notice What a proof must say at a value that is paid in.
    /// @param value What is going to be paid in.
    /// @return The public signals: bankBps, clientBps, totalLoss, chainId, contractAddress, round.
    function publicSignals(uint256 value) external view returns (uint256[6] memory) {
        return _publicSignals(value);
    }

    function _publicSignals(uint256 value) private view returns (uint256[6] memory) {
        return [
            bakerCapitalBps,
            BPS - bakerCapitalBps,
            _lossClaim(value),
            block.chainid,
            uint256(uint160(address(this))),
            proofRound
        ];
    }

    function _lossClaim(uint256 value) private view returns (uint256) {
        if (value >= capital) return 0;
        uint256 loss = capital - value;
        if (loss <= type(uint64).max && (loss * bakerCapitalBps) % BPS == 0) return loss;
        while (loss > type(uint64).max / BPS) loss >>= 1;
        return loss * BPS;
    }
}
