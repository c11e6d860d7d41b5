// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument CurrencySwap: sarf. Do not edit.
pragma solidity 0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title CurrencySwap, of the class sarf.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: spot_settlement - exchange.settlement == spot
/// @dev INVARIANT: riba_fadl_guarded - exchange.same_genus == no
contract CurrencySwapGen is ReentrancyGuard {
    /// @notice The phases of the contract, in order.
    enum Phase {
        Open,
        Offered,
        Exchanged
    }

    using SafeERC20 for IERC20;

    /// @notice The exchanger a `alice`, who deploys the contract.
    address public immutable alice;
    /// @notice The exchanger b `bob`.
    address public immutable bob;
    /// @notice The currency that `bob` gives; `alice` gives the ledger's coin.
    IERC20 public immutable currency;
    /// @notice What `alice` gives, in the smallest unit of the coin.
    uint256 public immutable given;
    /// @notice What `bob` gives, in the smallest unit of its currency.
    uint256 public immutable taken;
    /// @notice Whether both currencies are of one kind, which makes equal amounts a duty.
    bool public immutable sameKind;
    /// @notice The current phase.
    Phase public phase;
    /// @notice Money held for the instrument, in the smallest unit of the coin.
    uint256 public pool;
    /// @notice Money that a receiver refused and may withdraw.
    mapping(address => uint256) public credits;
    /// @notice The sum of all credits; with the pool, all that the contract holds.
    uint256 public totalCredits;

    /// @notice The contract entered a phase.
    event PhaseEntered(Phase phase);

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

    /// @notice Currencies of one kind are exchanged at equal amounts only.
    error UnequalAmounts();

    /// @notice The currency is the zero address.
    error BadCurrency();

    /// @notice The currency did not arrive in full.
    error NotDelivered(uint256 expected);

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
    modifier onlyAlice() {
        if (msg.sender != alice) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyBob() {
        if (msg.sender != bob) revert NotPermitted(msg.sender);
        _;
    }

    /// @param bob_ The exchanger b.
    /// @param currency_ The currency that `bob` gives; `alice` gives the ledger's coin.
    /// @param given_ What `alice` gives, in the smallest unit of the coin.
    /// @param taken_ What `bob` gives, in the smallest unit of its currency.
    /// @param sameKind_ Whether both currencies are of one kind, which makes equal amounts a duty.
    constructor(address bob_, IERC20 currency_, uint256 given_, uint256 taken_, bool sameKind_) {
        address[] memory all = new address[](2);
        all[0] = msg.sender;
        all[1] = bob_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (given_ == 0) revert NothingToPay();
        if (taken_ == 0) revert NothingToPay();
        if (address(currency_) == address(0)) revert BadCurrency();
        if (sameKind_ && given_ != taken_) revert UnequalAmounts();
        alice = msg.sender;
        bob = bob_;
        currency = currency_;
        given = given_;
        taken = taken_;
        sameKind = sameKind_;
    }

    /// @dev Goes on to a phase.
    /// @param next The phase.
    function _enter(Phase next) internal {
        phase = next;
        emit PhaseEntered(next);
    }

    /// @notice Puts the coin in; it can be taken back until the exchange.
    function offer() external payable onlyAlice nonReentrant during(Phase.Open) {
        _due(given);
        pool += msg.value;
        _enter(Phase.Offered);
    }

    /// @notice Both sides change hands in this one call.
    /// @dev INVARIANT: spot_settlement
    /// @dev INVARIANT: riba_fadl_guarded
    function exchange() external onlyBob nonReentrant during(Phase.Offered) {
        _enter(Phase.Exchanged);
        _hand(alice);
        _release(bob, given);
    }

    /// @dev Takes the currency from `bob`; who receives it must have just that much more.
    /// @dev INVARIANT: spot_settlement
    /// @dev INVARIANT: riba_fadl_guarded
    /// @param to Who receives it.
    function _hand(address to) internal {
        uint256 had = currency.balanceOf(to);
        currency.safeTransferFrom(bob, to, taken);
        _arrived(to, had, taken);
    }

    /// @dev Holds a payment of the currency to what should have arrived, no more and no less.
    /// @dev INVARIANT: spot_settlement
    /// @dev INVARIANT: riba_fadl_guarded
    /// @param to Who should have it.
    /// @param had What it had before.
    /// @param amount What should have arrived.
    function _arrived(address to, uint256 had, uint256 amount) internal view {
        uint256 has = currency.balanceOf(to);
        if (has < had || has - had != amount) revert NotDelivered(amount);
    }

    /// @notice Takes the coin back while it has not been exchanged.
    function takeBack() external onlyAlice nonReentrant during(Phase.Offered) {
        _enter(Phase.Open);
        _release(alice, given);
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
