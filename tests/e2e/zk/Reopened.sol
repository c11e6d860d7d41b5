// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.24;

import {IValuationOracle} from "./IValuationOracle.sol";
import {HomeFinanceZkGate} from "./HomeFinanceZkGate.sol";

/// @title A gate that can be settled again, to see that an accepted proof is worth nothing even then.
contract Reopened is HomeFinanceZkGate {
    constructor(
        address client_,
        IValuationOracle oracle_,
        address arbiter_,
        address maslahahFund_,
        uint256 initialBankShareBps_,
        uint256 rentPerPeriodPerBps_,
        uint256 khiyarPeriod_,
        address gateVerifier_
    )
        HomeFinanceZkGate(
            client_,
            oracle_,
            arbiter_,
            maslahahFund_,
            initialBankShareBps_,
            rentPerPeriodPerBps_,
            khiyarPeriod_,
            gateVerifier_
        )
    {}

    function reopen() external payable {
        settled = false;
        pool = msg.value;
    }
}
