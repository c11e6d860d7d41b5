// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.24;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IValuationOracle} from "./IValuationOracle.sol";

/// @title The value on which a committee agrees, or none.
/// @notice Each member signs a value off the ledger; whoever brings the signatures may leave some out, and change none. The value of a round is the
/// median of the attested values that lie within a band around the median of all. Where fewer than a quorum lie within it, the value is
/// not known (majhul), and `fairValue` reverts until a later round agrees. A value also goes out of date.
/// @dev Nobody administers this contract: committee, quorum, band and validity are fixed when it is deployed.
contract ConsensusValuationOracle is IValuationOracle {
    uint256 private constant BPS = 10_000;

    /// @notice The greatest value that can be attested: a value times 10000 must fit into a word.
    uint256 public constant MAX_VALUE = type(uint256).max / BPS;

    /// @notice How many members must agree.
    uint256 public immutable quorum;

    /// @notice Half the width of the band around the median, in hundredths of a percent of it.
    uint256 public immutable ghararBoundBps;

    /// @notice For how many seconds a value holds after its round was resolved.
    uint256 public immutable validitySeconds;

    /// @notice The members, in the order in which they were given.
    address[] public committee;

    /// @notice Whether an account is a member.
    mapping(address account => bool member) public isCommittee;

    /// @notice The latest round; 0 before the first.
    uint256 public round;

    /// @notice The latest round in which the committee agreed; 0 before the first.
    uint256 public latestResolvedRound;

    /// @notice When that round was resolved, in seconds since 1970.
    uint256 public resolvedAt;

    uint256 private _value;

    /// @notice The oracle is deployed.
    event CommitteeSet(address[] committee, uint256 quorum, uint256 ghararBoundBps, uint256 validitySeconds);

    /// @notice The committee agrees.
    /// @param round The round.
    /// @param value What `fairValue` answers from now on.
    /// @param dispersionBps The distance of the greatest from the least value, in hundredths of a percent of the median.
    /// @param inliers How many values lie within the band.
    event RoundResolved(uint256 indexed round, uint256 value, uint256 dispersionBps, uint256 inliers);

    /// @notice The committee does not agree; `fairValue` reverts from now on.
    /// @param round The round.
    /// @param dispersionBps As in `RoundResolved`.
    /// @param inliers As in `RoundResolved`.
    /// @param reason Why, for people.
    event Undeterminable(uint256 indexed round, uint256 dispersionBps, uint256 inliers, string reason);

    /// @notice A quorum of zero, or of more members than there are.
    error BadQuorum(uint256 quorum, uint256 committeeSize);
    /// @notice A band of nothing, or of everything.
    error BadGhararBound(uint256 ghararBoundBps);
    /// @notice A value that would never hold.
    error BadValidity();
    /// @notice A member that is the zero address, or is named twice.
    error BadMember(address member);
    /// @notice Another round than the next one.
    error WrongRound(uint256 given, uint256 expected);
    /// @notice Values and signatures that do not pair.
    error LengthMismatch(uint256 values, uint256 signatures);
    /// @notice Fewer values than a quorum.
    error TooFewAttestations(uint256 given, uint256 quorum);
    /// @notice A value of zero or above `MAX_VALUE`.
    error BadValue(uint256 value);
    /// @notice A signature that has not 65 bytes.
    error BadSignatureLength(uint256 length);
    /// @notice A signature by somebody who is no member, or of something else.
    error NotCommittee(address signer);
    /// @notice Two signatures of one member.
    error DuplicateSigner(address signer);
    /// @notice No round has taken place.
    error NoRound();
    /// @notice The committee did not agree in the latest round.
    error ValueUndeterminable(uint256 round);
    /// @notice The latest value held until `expiredAt` only.
    error ValueExpired(uint256 round, uint256 expiredAt);

    /// @param committee_ The members: no zero address, nobody twice.
    /// @param quorum_ From 1 to the number of members.
    /// @param ghararBoundBps_ Above 0 and below 10000.
    /// @param validitySeconds_ Above 0.
    constructor(address[] memory committee_, uint256 quorum_, uint256 ghararBoundBps_, uint256 validitySeconds_) {
        if (quorum_ == 0 || quorum_ > committee_.length) revert BadQuorum(quorum_, committee_.length);
        if (ghararBoundBps_ == 0 || ghararBoundBps_ >= BPS) revert BadGhararBound(ghararBoundBps_);
        if (validitySeconds_ == 0) revert BadValidity();
        for (uint256 i = 0; i < committee_.length; ++i) {
            address member = committee_[i];
            if (member == address(0) || isCommittee[member]) revert BadMember(member);
            isCommittee[member] = true;
        }
        committee = committee_;
        quorum = quorum_;
        ghararBoundBps = ghararBoundBps_;
        validitySeconds = validitySeconds_;
        emit CommitteeSet(committee_, quorum_, ghararBoundBps_, validitySeconds_);
    }

    /// @notice How many members there are.
    /// @return The number.
    function committeeSize() external view returns (uint256) {
        return committee.length;
    }

    /// @notice What a member signs with the prefix of EIP-191.
    /// @param roundId The round.
    /// @param value The value.
    /// @return The hash of round, value, this contract and the chain, 116 bytes tightly packed.
    function attestationDigest(uint256 roundId, uint256 value) public view returns (bytes32) {
        return keccak256(abi.encodePacked(roundId, value, address(this), block.chainid));
    }

    /// @notice Brings the attestations of the next round. Anyone may.
    /// @dev A round on which the committee does not agree is kept too: it withdraws the value before it.
    /// @param roundId The next round: `round` + 1.
    /// @param values At least a quorum of values.
    /// @param signatures The signature of each value, 65 bytes: r, s, v.
    function submitRound(uint256 roundId, uint256[] calldata values, bytes[] calldata signatures) external {
        if (roundId != round + 1) revert WrongRound(roundId, round + 1);
        if (values.length != signatures.length) revert LengthMismatch(values.length, signatures.length);
        if (values.length < quorum) revert TooFewAttestations(values.length, quorum);
        _checkSigners(roundId, values, signatures);

        uint256[] memory sorted = _sorted(values);
        uint256 median = _median(sorted, 0, sorted.length);
        uint256 dispersionBps = ((sorted[sorted.length - 1] - sorted[0]) * BPS) / median;
        (uint256 from, uint256 to) = _band(sorted, median);
        uint256 inliers = to - from;

        round = roundId;
        if (inliers < quorum) {
            emit Undeterminable(roundId, dispersionBps, inliers, "fewer values than a quorum lie within the band");
            return;
        }
        uint256 value = _median(sorted, from, to);
        latestResolvedRound = roundId;
        resolvedAt = block.timestamp;
        _value = value;
        emit RoundResolved(roundId, value, dispersionBps, inliers);
    }

    /// @inheritdoc IValuationOracle
    function fairValue() external view override returns (uint256) {
        if (round == 0) revert NoRound();
        if (latestResolvedRound != round) revert ValueUndeterminable(round);
        // Not `resolvedAt + validitySeconds`, which could overflow.
        if (block.timestamp - resolvedAt > validitySeconds) revert ValueExpired(round, resolvedAt + validitySeconds);
        return _value;
    }

    /// @dev Every value is in range and signed by a member of its own. ECDSA refuses signatures with a high s.
    function _checkSigners(uint256 roundId, uint256[] calldata values, bytes[] calldata signatures) private view {
        address[] memory signers = new address[](values.length);
        for (uint256 i = 0; i < values.length; ++i) {
            if (values[i] == 0 || values[i] > MAX_VALUE) revert BadValue(values[i]);
            address signer = _signer(attestationDigest(roundId, values[i]), signatures[i]);
            if (!isCommittee[signer]) revert NotCommittee(signer);
            for (uint256 j = 0; j < i; ++j) {
                if (signers[j] == signer) revert DuplicateSigner(signer);
            }
            signers[i] = signer;
        }
    }

    /// @dev Who signed; `v` may be 0 and 1, or 27 and 28.
    function _signer(bytes32 digest, bytes calldata signature) private pure returns (address) {
        if (signature.length != 65) revert BadSignatureLength(signature.length);
        uint8 v = uint8(signature[64]);
        if (v < 2) v += 27;
        bytes32 hash = MessageHashUtils.toEthSignedMessageHash(digest);
        return ECDSA.recover(hash, v, bytes32(signature[0:32]), bytes32(signature[32:64]));
    }

    /// @dev Where the values within the band begin and end; both ends of the band belong to it.
    function _band(uint256[] memory sorted, uint256 median) private view returns (uint256 from, uint256 to) {
        uint256 reach = (median * ghararBoundBps) / BPS;
        to = sorted.length;
        while (from < to && sorted[from] < median - reach) ++from;
        while (to > from && sorted[to - 1] > median + reach) --to;
    }

    /// @dev The middle of `sorted[from..to]`, which is not empty; of an even number the mean of the middle two, rounded down.
    function _median(uint256[] memory sorted, uint256 from, uint256 to) private pure returns (uint256) {
        uint256 middle = (from + to) / 2;
        if ((to - from) % 2 == 1) return sorted[middle];
        return (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// @dev By insertion: committees are small, and whoever submits may sort beforehand.
    function _sorted(uint256[] calldata values) private pure returns (uint256[] memory sorted) {
        sorted = values;
        for (uint256 i = 1; i < sorted.length; ++i) {
            uint256 value = sorted[i];
            uint256 at = i;
            for (; at > 0 && sorted[at - 1] > value; --at) {
                sorted[at] = sorted[at - 1];
            }
            sorted[at] = value;
        }
    }
}
