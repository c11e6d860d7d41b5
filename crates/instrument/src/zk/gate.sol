// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.24;

// Generated: instrument `@NAME@` of class `@CLASS@`, target `zk`; edit the instrument instead.

import {@NAME@Gen} from "./@NAME@Gen.sol";

/// @title What a verifier of `@NAME@LossShare` answers, as snarkjs exports it.
interface I@NAME@LossShareVerifier {
    /// @notice Whether a Groth16 proof holds for public signals.
    /// @param a First point of the proof.
    /// @param b Second point of the proof.
    /// @param c Third point of the proof.
    /// @param pubSignals @SIGNALS@.
    /// @return Whether it holds.
    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata c,
        uint256[@COUNT@] calldata pubSignals
    ) external view returns (bool);
}

/// @title `@NAME@`, which settles a loss only when a proof shows that it is shared in proportion.
/// @notice Without a loss it settles as any other; with one, `settleWithProof` settles and `settle` refuses.
/// @dev INVARIANT INV-1, RISK-1: proven in the circuit, and every public signal is compared with this contract's own state.
contract @NAME@ZkGate is @NAME@Gen {
    /// @notice What checks proofs; deployed from the key of the ceremony.
    I@NAME@LossShareVerifier public immutable verifier;

    /// @notice The round that proofs must be made for. It ends with each proof that is accepted, so none counts twice.
    uint256 public proofRound = 1;

    /// @notice A loss was proven to be shared in proportion, and is settled.
    /// @param round The round that ends.
    /// @param claim The loss, as `lossClaim` stated it.
    event LossProven(uint256 indexed round, uint256 claim);

    /// @notice There is no contract at the verifier's address.
    error NotAVerifier(address given);

    /// @notice There is a loss, which needs a proof.
    error ProofRequired(uint256 claim);

    /// @notice There is no loss, so there is nothing to prove: `settle` settles.
    error NoLoss();

    /// @notice A public signal is not what this contract's state says.
    error WrongSignal(uint256 index, uint256 expected, uint256 given);

    /// @notice The proof does not hold.
    error ProofRefused();

    /// @notice Only the partners and the arbiter settle.
    error NotASettler(address caller);

    modifier onlySettler() {
        if (msg.sender != bank && msg.sender != client && msg.sender != arbiter) revert NotASettler(msg.sender);
        _;
    }

@CONSTRUCTOR@
    /// @notice Settles without a loss; refuses where there is one.
    function settle() external override nonReentrant live onlySettler {
        uint256 value = oracle.fairValue();
        uint256 claim = _lossClaim(value);
        if (claim != 0) revert ProofRequired(claim);
        _settle(value);
    }

    /// @notice Settles a loss that a proof shows to be shared in proportion.
    /// @dev INVARIANT RISK-1: pays each partner its share of the value; the round ends before money moves.
    /// @param a First point of the proof.
    /// @param b Second point of the proof.
    /// @param c Third point of the proof.
    /// @param pubSignals @SIGNALS@.
    function settleWithProof(
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata c,
        uint256[@COUNT@] calldata pubSignals
    ) external nonReentrant live onlySettler {
        uint256 value = oracle.fairValue();
        uint256[@COUNT@] memory own = _publicSignals(value);
        uint256 claim = own[@TOTAL@];
        if (claim == 0) revert NoLoss();
        for (uint256 i = 0; i < @COUNT@; ++i) {
            if (pubSignals[i] != own[i]) revert WrongSignal(i, own[i], pubSignals[i]);
        }
        if (!verifier.verifyProof(a, b, c, pubSignals)) revert ProofRefused();
        emit LossProven(proofRound, claim);
        ++proofRound;
        _settle(value);
    }

    /// @notice The loss at the present value, as the circuit takes it; zero without one.
    /// @dev The loss itself where it splits without remainder and has 64 bits at most; else in ten-thousandths, which always
    /// split, and halved until that fits. A proportion is the same in every unit.
    /// @return The total that the hidden losses must add up to.
    function lossClaim() external view returns (uint256) {
        return _lossClaim(oracle.fairValue());
    }

    /// @notice What a proof must say at present.
    /// @return @SIGNALS@.
    function publicSignals() external view returns (uint256[@COUNT@] memory) {
        return _publicSignals(oracle.fairValue());
    }

    function _publicSignals(uint256 value) private view returns (uint256[@COUNT@] memory) {
        return [
@OWN@
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
