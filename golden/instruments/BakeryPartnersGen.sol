// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument BakeryPartners: musharakah. Do not edit.
pragma solidity 0.8.24;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title BakeryPartners, of the class musharakah.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: profit_by_ratio - profit.split == ratio
/// @dev INVARIANT: loss_by_capital - loss == proportional_to_capital
/// @dev INVARIANT: no_capital_guarantee - capital_guarantee == none
/// @dev INVARIANT: nisbah_explicit - (profit.baker + profit.miller) == 10000 bps
/// @dev INVARIANT: profit_tracks_capital - (profit.baker * miller.capital) == (profit.miller *
///   baker.capital)
/// @dev NOT ENFORCED HERE: parties: `arbiter` is `adjudicator`, and has no part in the contract
contract BakeryPartnersGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Open,
        Funded,
        Working,
        Closed
    }

    /// @notice The partner `baker`, who deploys the contract.
    address public immutable baker;
    /// @notice The partner `miller`.
    address public immutable miller;
    /// @notice The adjudicator `arbiter`.
    address public immutable arbiter;
    /// @notice The capital of both partners.
    uint256 public immutable capital;
    /// @notice The part of the capital that is from `baker`, in hundredths of a percent.
    uint256 public immutable bakerCapitalBps;
    /// @notice The part of the profit that `baker` has, in hundredths of a percent.
    uint256 public immutable bakerProfitBps;
    /// @notice The current phase.
    Phase public phase;
    /// @notice All shares together.
    uint256 public constant BPS = 10000;
    /// @notice Who has paid its part of the capital.
    mapping(address => bool) public funded;
    /// @notice Money held for the instrument, in the smallest unit of the coin.
    uint256 public pool;
    /// @notice Money that a receiver refused and may withdraw.
    mapping(address => uint256) public credits;
    /// @notice The sum of all credits; with the pool, all that the contract holds.
    uint256 public totalCredits;

    /// @notice The contract entered a phase.
    event PhaseEntered(Phase phase);

    /// @notice A partner paid its part of the capital.
    event Funded(address indexed partner, uint256 amount);

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
    modifier onlyBakerOrMiller() {
        if (msg.sender != baker && msg.sender != miller) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyBaker() {
        if (msg.sender != baker) revert NotPermitted(msg.sender);
        _;
    }

    /// @param miller_ The partner.
    /// @param arbiter_ The adjudicator.
    /// @param capital_ The capital of both partners.
    /// @param bakerCapitalBps_ The part of the capital that is from `baker`, in hundredths of a percent.
    /// @param bakerProfitBps_ The part of the profit that `baker` has, in hundredths of a percent.
    constructor(address miller_, address arbiter_, uint256 capital_, uint256 bakerCapitalBps_, uint256 bakerProfitBps_) {
        address[] memory all = new address[](3);
        all[0] = msg.sender;
        all[1] = miller_;
        all[2] = arbiter_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (capital_ == 0) revert NothingToPay();
        if (bakerCapitalBps_ > BPS) revert BadRatio();
        if (bakerProfitBps_ > BPS) revert BadRatio();
        baker = msg.sender;
        miller = miller_;
        arbiter = arbiter_;
        capital = capital_;
        bakerCapitalBps = bakerCapitalBps_;
        bakerProfitBps = bakerProfitBps_;
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice The part of the capital that is a partner's.
    /// @param partner The partner.
    /// @return The amount; rounding goes to `miller`.
    function capitalOf(address partner) public view returns (uint256) {
        uint256 part = Math.mulDiv(capital, bakerCapitalBps, BPS);
        return partner == baker ? part : capital - part;
    }

    /// @notice Pays one's part of the capital in.
    function fund() external payable onlyBakerOrMiller nonReentrant during(Phase.Open) {
        if (funded[msg.sender]) revert WrongPhase(phase);
        _due(capitalOf(msg.sender));
        funded[msg.sender] = true;
        pool += msg.value;
        emit Funded(msg.sender, msg.value);
        if (funded[baker] && funded[miller]) _enter(Phase.Funded);
    }

    /// @notice Takes one's part back while the work has not begun.
    function takeBack() external onlyBakerOrMiller nonReentrant {
        if (phase != Phase.Open && phase != Phase.Funded) revert WrongPhase(phase);
        if (!funded[msg.sender]) revert WrongPhase(phase);
        funded[msg.sender] = false;
        _enter(Phase.Open);
        _release(msg.sender, capitalOf(msg.sender));
    }

    /// @notice Takes the capital to work with it.
    function draw() external onlyBaker nonReentrant during(Phase.Funded) {
        uint256 amount = pool;
        _enter(Phase.Working);
        _release(baker, amount);
    }

    /// @dev Shares what was paid in: profit by ratio, a loss by capital.
    /// @dev INVARIANT: profit_by_ratio
    /// @dev INVARIANT: loss_by_capital
    /// @dev INVARIANT: no_capital_guarantee
    /// @param value What the venture is worth or brought, which came with this call.
    function _settle(uint256 value) internal {
        uint256 part;
        if (value > capital) {
            part = capitalOf(baker) + Math.mulDiv(value - capital, bakerProfitBps, BPS);
        } else {
            part = Math.mulDiv(value, bakerCapitalBps, BPS);
        }
        _enter(Phase.Closed);
        emit ProceedsShared(value, value > capital ? value - capital : 0, value < capital ? capital - value : 0);
        _pay(baker, part);
        _pay(miller, value - part);
    }

    /// @notice Pays in what the venture brought, and shares it.
    function settle() external payable virtual onlyBaker nonReentrant during(Phase.Working) {
        uint256 value = msg.value;
        _settle(value);
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
