// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.24;

/// @title A party that, whenever it is paid, calls its payer again.
contract Hostile {
    address public target;
    bytes public data;
    uint256 public attempts;
    uint256 public successes;
    bool public greedy;

    /// @notice What to call back, and whether to burn all gas instead.
    function arm(address target_, bytes calldata data_, bool greedy_) external {
        target = target_;
        data = data_;
        greedy = greedy_;
    }

    /// @notice Calls a contract as this party.
    function act(address to, bytes calldata call_) external payable {
        (bool sent, bytes memory told) = to.call{value: msg.value}(call_);
        if (!sent) {
            assembly {
                revert(add(told, 32), mload(told))
            }
        }
    }

    /// @notice Deploys a contract, and so becomes its operator.
    function deploy(bytes memory code) external returns (address made) {
        assembly {
            made := create(0, add(code, 32), mload(code))
        }
        require(made != address(0), "not made");
    }

    receive() external payable {
        if (greedy) {
            while (true) {}
        }
        if (target != address(0)) {
            attempts += 1;
            (bool sent, ) = target.call(data);
            if (sent) successes += 1;
        }
    }
}
