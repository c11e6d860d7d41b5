// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument TradeVenture: mudarabah. Do not edit.
pragma solidity 0.8.24;

import {IValuationOracle} from "./IValuationOracle.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title TradeVenture, of the class mudarabah.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: capital_from_rabb_al_mal_only - trader.capital == 0
/// @dev INVARIANT: profit_by_ratio - profit.split == ratio
/// @dev INVARIANT: loss_on_rabb_al_mal - loss == on_rabb_al_mal
/// @dev INVARIANT: no_guaranteed_profit - capital_guarantee == none
/// @dev INVARIANT: nisbah_explicit - (profit.investor + profit.trader) == 10000 bps
/// @dev NOT ENFORCED HERE: parties: `arbiter` is `adjudicator`, and has no part in the contract
contract TradeVentureGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Open,
        Funded,
        Working,
        Closed
    }

    /// @notice The rabb al mal `investor`, who deploys the contract.
    address public immutable investor;
    /// @notice The mudarib `trader`.
    address public immutable trader;
    /// @notice The adjudicator `arbiter`.
    address public immutable arbiter;
    /// @notice What attests the value; it reverts while the value is unknown (majhul).
    IValuationOracle public immutable oracle;
    /// @notice The capital, all of it from `investor`.
    uint256 public immutable capital;
    /// @notice The part of the profit that `trader` has, in hundredths of a percent.
    uint256 public immutable mudaribProfitBps;
    /// @notice The current phase.
    Phase public phase;
    /// @notice All shares together.
    uint256 public constant BPS = 10000;
    /// @notice Money held for the instrument, in the smallest unit of the coin.
    uint256 public pool;
    /// @notice Money that a receiver refused and may withdraw.
    mapping(address => uint256) public credits;
    /// @notice The sum of all credits; with the pool, all that the contract holds.
    uint256 public totalCredits;

    /// @notice The contract entered a phase.
    event PhaseEntered(Phase phase);

    /// @notice What the venture brought was shared out.
    event ProceedsShared(uint256 proceeds, uint256 profit, uint256 loss);

    /// @notice Money was transferred.
    event Paid(address indexed to, uint256 amount);

    /// @notice A receiver refused money, which now waits for it.
    event Credited(address indexed to, uint256 amount);

    /// @notice A credit was withdrawn.
    event Withdrawn(address indexed from, address indexed to, uint256 amount);

    /// @notice The call does not belong to the phase that the contract is in.
    error WrongPhase(Phase current);

    /// @notice The amount would be zero.
    error NothingToPay();

    /// @notice The ratio is more than the whole.
    error BadRatio();

    /// @notice The money sent is not what is due.
    error WrongAmount(uint256 expected, uint256 got);

    /// @notice With what gas is left a receiver that takes the money could seem to refuse it.
    error TooLittleGas();

    /// @notice There is nothing to withdraw.
    error NoCredit();

    /// @notice The receiver of the withdrawal is nobody, or refuses money.
    error WithdrawalFailed();

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
    modifier onlyInvestor() {
        if (msg.sender != investor) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyTrader() {
        if (msg.sender != trader) revert NotPermitted(msg.sender);
        _;
    }

    /// @param trader_ The mudarib.
    /// @param arbiter_ The adjudicator.
    /// @param oracle_ What attests the value.
    /// @param capital_ The capital, all of it from `investor`.
    /// @param mudaribProfitBps_ The part of the profit that `trader` has, in hundredths of a percent.
    constructor(address trader_, IValuationOracle oracle_, address arbiter_, uint256 capital_, uint256 mudaribProfitBps_) {
        address[] memory all = new address[](3);
        all[0] = msg.sender;
        all[1] = trader_;
        all[2] = arbiter_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0) || all[i] == address(oracle_)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (address(oracle_) == address(0)) revert BadParty(address(oracle_));
        if (capital_ == 0) revert NothingToPay();
        if (mudaribProfitBps_ > BPS) revert BadRatio();
        investor = msg.sender;
        trader = trader_;
        arbiter = arbiter_;
        oracle = oracle_;
        capital = capital_;
        mudaribProfitBps = mudaribProfitBps_;
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice The attested value; reverts while it is unknown (majhul).
    /// @return The value.
    function fairValue() public view returns (uint256) {
        return oracle.fairValue();
    }

    /// @notice Pays the capital in; nobody else can.
    /// @dev INVARIANT: capital_from_rabb_al_mal_only
    function fund() external payable onlyInvestor nonReentrant during(Phase.Open) {
        _due(capital);
        pool += msg.value;
        _enter(Phase.Funded);
    }

    /// @notice Takes the capital back while the work has not begun.
    function takeBack() external onlyInvestor nonReentrant during(Phase.Funded) {
        _enter(Phase.Open);
        _release(investor, pool);
    }

    /// @notice Takes the capital to work with it.
    function draw() external onlyTrader nonReentrant during(Phase.Funded) {
        uint256 amount = pool;
        _enter(Phase.Working);
        _release(trader, amount);
    }

    /// @notice Pays in what the venture is worth by the oracle, and shares it: profit by ratio, a loss on
    ///   the capital.
    /// @dev INVARIANT: profit_by_ratio
    /// @dev INVARIANT: loss_on_rabb_al_mal
    /// @dev INVARIANT: no_guaranteed_profit
    function settle() external payable onlyTrader nonReentrant during(Phase.Working) {
        uint256 value = fairValue();
        _due(value);
        uint256 profit = value > capital ? value - capital : 0;
        uint256 reward = Math.mulDiv(profit, mudaribProfitBps, BPS);
        _enter(Phase.Closed);
        emit ProceedsShared(value, profit, value < capital ? capital - value : 0);
        _pay(trader, reward);
        _pay(investor, value - reward);
    }

    /// @notice Sends the caller's credit to an address that takes it.
    /// @param to Who receives the money.
    function withdraw(address to) external nonReentrant {
        uint256 amount = credits[msg.sender];
        if (amount == 0) revert NoCredit();
        credits[msg.sender] = 0;
        totalCredits -= amount;
        emit Withdrawn(msg.sender, to, amount);
        if (to == address(0) || !_transfer(to, amount, gasleft())) revert WithdrawalFailed();
    }

    /// @dev Transfers money, the only way that money leaves. Nothing of what the receiver returns is
    ///   copied.
    /// @param to Who is paid.
    /// @param amount How much.
    /// @param allowance The gas that the receiver may use.
    /// @return sent Whether the receiver took it.
    function _transfer(address to, uint256 amount, uint256 allowance) internal returns (bool sent) {
        assembly ("memory-safe") {
            sent := call(allowance, to, amount, 0, 0, 0, 0)
        }
    }

    /// @dev Accepts exactly the money that is due.
    /// @param expected The amount.
    function _due(uint256 expected) internal view {
        if (msg.value != expected) revert WrongAmount(expected, msg.value);
    }

    /// @dev Transfers money. The receiver gets bounded gas and cannot undo what its caller does: what it
    ///   refuses is credited.
    /// @param to Who is paid.
    /// @param amount How much.
    function _pay(address to, uint256 amount) internal {
        if (amount == 0) return;
        if (gasleft() < 90000) revert TooLittleGas();
        if (_transfer(to, amount, 50000)) {
            emit Paid(to, amount);
        } else {
            credits[to] += amount;
            totalCredits += amount;
            emit Credited(to, amount);
        }
    }

    /// @dev Pays out of the pool.
    /// @param to Who is paid.
    /// @param amount How much.
    function _release(address to, uint256 amount) internal {
        pool -= amount;
        _pay(to, amount);
    }
}
