// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument SafeKeeping: wadia. Do not edit.
pragma solidity 0.8.24;

import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title SafeKeeping, of the class wadia.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: held_as_amanah - deposit.liability == amanah
/// @dev INVARIANT: no_custodian_use - deposit.custodian_use == none
/// @dev NOT ENFORCED HERE: returns.deposit.amount: nothing in the contract is set by it
contract SafeKeepingGen is ReentrancyGuard {
    /// @notice The depositor `owner`, who deploys the contract.
    address public immutable owner;
    /// @notice The custodian `vault`.
    address public immutable vault;
    /// @notice Money held for the instrument, in the smallest unit of the coin.
    uint256 public pool;
    /// @notice Money that a receiver refused and may withdraw.
    mapping(address => uint256) public credits;
    /// @notice The sum of all credits; with the pool, all that the contract holds.
    uint256 public totalCredits;

    /// @notice Money was put into trust.
    event Deposited(uint256 amount);

    /// @notice Money came back out of trust.
    event Returned(uint256 amount);

    /// @notice Money was transferred.
    event Paid(address indexed to, uint256 amount);

    /// @notice A receiver refused money, which now waits for it.
    event Credited(address indexed to, uint256 amount);

    /// @notice A credit was withdrawn.
    event Withdrawn(address indexed from, address indexed to, uint256 amount);

    /// @notice The amount would be zero.
    error NothingToPay();

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

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyOwner() {
        if (msg.sender != owner) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyVault() {
        if (msg.sender != vault) revert NotPermitted(msg.sender);
        _;
    }

    /// @param vault_ The custodian.
    constructor(address vault_) {
        address[] memory all = new address[](2);
        all[0] = msg.sender;
        all[1] = vault_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        owner = msg.sender;
        vault = vault_;
    }

    /// @notice Puts money into trust.
    /// @dev INVARIANT: held_as_amanah
    function deposit() external payable onlyOwner nonReentrant {
        if (msg.value == 0) revert NothingToPay();
        pool += msg.value;
        emit Deposited(msg.value);
    }

    /// @dev Gives money back to its owner; there is no other way out.
    /// @dev INVARIANT: no_custodian_use
    /// @param amount How much.
    function _return(uint256 amount) internal {
        if (amount == 0 || amount > pool) revert WrongAmount(pool, amount);
        emit Returned(amount);
        _release(owner, amount);
    }

    /// @notice The depositor has any part of the deposit back, at any time.
    /// @dev INVARIANT: held_as_amanah
    /// @param amount How much.
    function reclaim(uint256 amount) external onlyOwner nonReentrant {
        _return(amount);
    }

    /// @notice The custodian gives the whole deposit back to its owner.
    /// @dev INVARIANT: no_custodian_use
    function giveBack() external onlyVault nonReentrant {
        _return(pool);
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
