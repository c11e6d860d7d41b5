// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.24;

/// @title A currency that moves more, less or nothing of what it says that it moves, or refuses somebody.
contract Currency {
    mapping(address => uint256) public balanceOf;
    int256 public extra;
    bool public idle;
    address public refused;

    /// @notice How it behaves: what arrives beside the amount, whether nothing moves at all, and who may receive nothing.
    function behave(int256 extra_, bool idle_, address refused_) external {
        extra = extra_;
        idle = idle_;
        refused = refused_;
    }

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        return _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) internal returns (bool) {
        require(to != refused, "refused");
        if (idle) return true;
        balanceOf[from] -= amount;
        balanceOf[to] += uint256(int256(amount) + extra);
        return true;
    }
}
