// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.24;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A currency for tests: whoever asks has some, and it loses what it is told to.
contract MockCurrency is ERC20 {
    /// @notice How much of each transfer does not arrive.
    uint256 public lost;

    constructor() ERC20("Mock Currency", "MOCK") {}

    /// @notice Makes money out of nothing.
    /// @param to Who gets it.
    /// @param amount How much.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Has a part of each transfer lost from now on.
    /// @param amount How much.
    function lose(uint256 amount) external {
        lost = amount;
    }

    /// @inheritdoc ERC20
    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0) && to != address(0)) super._update(to, address(0), lost);
    }
}
