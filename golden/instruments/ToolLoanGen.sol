// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument ToolLoan: ariyah. Do not edit.
pragma solidity 0.8.24;

import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title ToolLoan, of the class ariyah.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: gratuitous - loan_use.fee == none
/// @dev INVARIANT: returns_same - loan_use.return == same_asset
contract ToolLoanGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Open,
        Lent,
        Returned,
        Closed
    }

    /// @notice The muir `neighbour`, who deploys the contract.
    address public immutable neighbour;
    /// @notice The mustair `builder`.
    address public immutable builder;
    /// @notice The hash of what identifies the thing.
    bytes32 public immutable asset;
    /// @notice The current phase.
    Phase public phase;

    /// @notice The contract entered a phase.
    event PhaseEntered(Phase phase);

    /// @notice The lender wants the thing back.
    event Recalled();

    /// @notice The call does not belong to the phase that the contract is in.
    error WrongPhase(Phase current);

    /// @notice The hash of the document is missing.
    error NoEvidence();

    /// @notice What comes back is not what was lent.
    error NotTheSame();

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
    modifier onlyNeighbour() {
        if (msg.sender != neighbour) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyBuilder() {
        if (msg.sender != builder) revert NotPermitted(msg.sender);
        _;
    }

    /// @param builder_ The mustair.
    /// @param asset_ The hash of what identifies the thing.
    constructor(address builder_, bytes32 asset_) {
        address[] memory all = new address[](2);
        all[0] = msg.sender;
        all[1] = builder_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (asset_ == bytes32(0)) revert NoEvidence();
        neighbour = msg.sender;
        builder = builder_;
        asset = asset_;
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice Lends the thing, for nothing: no function of this contract takes money.
    /// @dev INVARIANT: gratuitous
    function handOver() external onlyNeighbour nonReentrant during(Phase.Open) {
        _enter(Phase.Lent);
    }

    /// @notice Gives the same thing back.
    /// @dev INVARIANT: returns_same
    /// @param thing The hash of what identifies the thing that comes back.
    function giveBack(bytes32 thing) external onlyBuilder nonReentrant during(Phase.Lent) {
        if (thing != asset) revert NotTheSame();
        _enter(Phase.Returned);
    }

    /// @notice Confirms that the thing is back.
    /// @dev INVARIANT: returns_same
    function confirm() external onlyNeighbour nonReentrant during(Phase.Returned) {
        _enter(Phase.Closed);
    }

    /// @notice Says that the thing is not back.
    /// @dev INVARIANT: returns_same
    function contest() external onlyNeighbour nonReentrant during(Phase.Returned) {
        _enter(Phase.Lent);
    }

    /// @notice Asks for the thing, at any time.
    function recall() external onlyNeighbour nonReentrant during(Phase.Lent) {
        emit Recalled();
    }
}
