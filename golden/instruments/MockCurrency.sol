// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.24;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A currency for tests: whoever asks has some.
contract MockCurrency is ERC20 {
    constructor() ERC20("Mock Currency", "MOCK") {}

    /// @notice Makes money out of nothing.
    /// @param to Who gets it.
    /// @param amount How much.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
