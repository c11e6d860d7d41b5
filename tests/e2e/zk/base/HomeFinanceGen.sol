// SPDX-License-Identifier: Apache-2.0
// Stands in for the emitted contract, of which it has the members that the gate extends, where only the target zk was built.
pragma solidity 0.8.24;

import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {IValuationOracle} from "./IValuationOracle.sol";

contract HomeFinanceGen is ReentrancyGuard {
    uint256 public constant BPS = 10000;
    address public immutable bank;
    address public immutable client;
    address public immutable arbiter;
    address public immutable maslahahFund;
    IValuationOracle public immutable oracle;
    uint256 public immutable initialBankShareBps;
    uint256 public immutable rentPerPeriodPerBps;
    uint256 public immutable khiyarPeriod;
    uint256 public bankShareBps;
    uint256 public clientShareBps;
    uint256 public initialValue;
    bool public bankFunded;
    bool public clientFunded;
    bool public active;
    bool public settled;
    bool public rescinded;
    uint256 public pool;

    error WrongStage();
    error NotPermitted(address caller);

    modifier live() {
        if (!active || settled || rescinded) revert WrongStage();
        _;
    }

    modifier onlyBankOrClientOrArbiter() {
        if (msg.sender != bank && msg.sender != client && msg.sender != arbiter) revert NotPermitted(msg.sender);
        _;
    }

    constructor(
        address client_,
        IValuationOracle oracle_,
        address arbiter_,
        address maslahahFund_,
        uint256 initialBankShareBps_,
        uint256 rentPerPeriodPerBps_,
        uint256 khiyarPeriod_
    ) {
        bank = msg.sender;
        client = client_;
        oracle = oracle_;
        arbiter = arbiter_;
        maslahahFund = maslahahFund_;
        initialBankShareBps = initialBankShareBps_;
        rentPerPeriodPerBps = rentPerPeriodPerBps_;
        khiyarPeriod = khiyarPeriod_;
        bankShareBps = initialBankShareBps_;
        clientShareBps = BPS - initialBankShareBps_;
    }

    function fairValue() public view returns (uint256) {
        return oracle.fairValue();
    }

    function fundBank() external payable {
        _fund(true);
    }

    function fundClient() external payable {
        _fund(false);
    }

    function buyShare(uint256 bps) external payable live {
        bankShareBps -= bps;
        clientShareBps += bps;
        _pay(bank, msg.value);
    }

    function settle() external virtual onlyBankOrClientOrArbiter nonReentrant {
        _settle(fairValue());
    }

    function _settle(uint256 value) internal live {
        uint256 total = pool;
        uint256 shared = value < total ? value : total;
        uint256 bankPart = (shared * bankShareBps) / BPS;
        uint256 clientPart = (shared * clientShareBps) / BPS;
        settled = true;
        pool = 0;
        _pay(bank, bankPart);
        _pay(client, clientPart);
        _pay(maslahahFund, total - bankPart - clientPart);
    }

    function _fund(bool bankPays) internal {
        if (!bankFunded && !clientFunded) initialValue = fairValue();
        uint256 bankPart = (initialValue * initialBankShareBps) / BPS;
        if (msg.value != (bankPays ? bankPart : initialValue - bankPart)) revert WrongStage();
        if (bankPays) bankFunded = true;
        else clientFunded = true;
        pool += msg.value;
        active = bankFunded && clientFunded;
    }

    function _pay(address to, uint256 amount) internal {
        (bool sent, ) = payable(to).call{value: amount}("");
        if (!sent) revert WrongStage();
    }
}
