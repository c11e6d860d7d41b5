// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.24;

import {IValuationOracle} from "./IValuationOracle.sol";

/// @title A single valuer: whoever deploys the contract attests the value.
/// @notice For trials, and for instruments that name one independent valuer. The value is only as good as the valuer.
contract MockValuationOracle is IValuationOracle {
    /// @notice The account that attests: the deployer.
    address public immutable valuer;

    /// @inheritdoc IValuationOracle
    uint256 public override fairValue;

    /// @notice The valuer attests a value.
    /// @param value The value.
    event Attested(uint256 value);

    /// @notice Somebody else than the valuer attests.
    error NotValuer(address caller);

    /// @notice A value of zero is none.
    error ZeroValue();

    /// @param initialValue The first value, above zero.
    constructor(uint256 initialValue) {
        valuer = msg.sender;
        _set(initialValue);
    }

    /// @notice Replaces the value.
    /// @param value The new value, above zero.
    function attest(uint256 value) external {
        if (msg.sender != valuer) revert NotValuer(msg.sender);
        _set(value);
    }

    function _set(uint256 value) private {
        if (value == 0) revert ZeroValue();
        fairValue = value;
        emit Attested(value);
    }
}
