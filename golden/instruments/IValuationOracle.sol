// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.24;

/// @title What an instrument asks for the value of its asset.
interface IValuationOracle {
    /// @notice The fair value of the asset, in the smallest unit of the ledger's coin.
    /// @dev Reverts while the value is not known (majhul); it never answers zero.
    /// @return The value.
    function fairValue() external view returns (uint256);
}
