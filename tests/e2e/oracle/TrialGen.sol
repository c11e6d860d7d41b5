// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.24;

import {IValuationOracle} from "./IValuationOracle.sol";

/// @title A contract as small as a runner can be tried with: two pay in, one may end it.
contract TrialGen {
    IValuationOracle public immutable oracle;
    address public immutable bank;
    address public immutable client;
    uint256 public immutable bankShareBps;
    bool public settled;
    uint256 public settledAt;

    error NotBank(address caller);
    error WrongAmount(uint256 given, uint256 due);

    constructor(address oracle_, address client_, uint256 bankShareBps_) {
        oracle = IValuationOracle(oracle_);
        bank = msg.sender;
        client = client_;
        bankShareBps = bankShareBps_;
    }

    function fundBank() external payable {
        _due((oracle.fairValue() * bankShareBps) / 10_000);
    }

    function fundClient() external payable {
        _due((oracle.fairValue() * (10_000 - bankShareBps)) / 10_000);
    }

    function settle() external {
        if (msg.sender != bank) revert NotBank(msg.sender);
        settledAt = oracle.fairValue();
        settled = true;
    }

    function _due(uint256 amount) private view {
        if (msg.value != amount) revert WrongAmount(msg.value, amount);
    }
}
