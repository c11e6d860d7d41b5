// SPDX-License-Identifier: Apache-2.0
// Generated from the instrument HomeFinance: musharakah_mutanaqisah. Do not edit.
pragma solidity 0.8.24;

import {IValuationOracle} from "./IValuationOracle.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @title HomeFinance, of the class musharakah_mutanaqisah.
/// @notice Holds what the instrument declares by what it can and cannot do. It is consistent with a
///   cited rule-base; it is no religious or legal ruling.
/// @dev INVARIANT: ownership_conserved - (bank.share + client.share) == 10000 bps
/// @dev INVARIANT: rent_on_living_share - rent.basis == bank.share
/// @dev INVARIANT: loss_follows_capital - (loss.bank * client.share) == (loss.client * bank.share)
/// @dev INVARIANT: price_attested - buyout.price == (oracle.fairValue * bps)
/// @dev INVARIANT: role_separation - bank != valuer
/// @dev INVARIANT: nisbah_explicit - (capital.bank + capital.client) == 10000 bps
/// @dev INVARIANT: profit_tracks_capital - (profit.bank * client.share) == (profit.client * bank.share)
contract HomeFinanceGen is ReentrancyGuard {
    /// @notice The financier `bank`, who deploys the contract.
    address public immutable bank;
    /// @notice The acquirer `client`.
    address public immutable client;
    /// @notice The adjudicator `arbiter`.
    address public immutable arbiter;
    /// @notice The beneficiary `maslahah`.
    address public immutable maslahahFund;
    /// @notice What attests the value; it reverts while the value is unknown (majhul).
    IValuationOracle public immutable oracle;
    /// @notice The share that `bank` begins with, in hundredths of a percent.
    uint256 public immutable initialBankShareBps;
    /// @notice Rent of a period for each hundredth of a percent of `bank`'s share.
    uint256 public immutable rentPerPeriodPerBps;
    /// @notice For how long either partner may rescind, in seconds.
    uint256 public immutable khiyarPeriod;
    /// @notice All shares together.
    uint256 public constant BPS = 10000;
    /// @notice The share of `bank` now, in hundredths of a percent.
    uint256 public bankShareBps;
    /// @notice The share of `client` now, in hundredths of a percent.
    uint256 public clientShareBps;
    /// @notice The attested value when the first partner funded; both pay their part of it.
    uint256 public initialValue;
    /// @notice Whether `bank` has paid its part.
    bool public bankFunded;
    /// @notice Whether `client` has paid its part.
    bool public clientFunded;
    /// @notice Whether both have funded.
    bool public active;
    /// @notice Whether the value has been shared out.
    bool public settled;
    /// @notice Whether the contract has been undone.
    bool public rescinded;
    /// @notice Until when either partner may rescind, in seconds of the ledger's clock.
    uint256 public khiyarDeadline;
    /// @notice Whether a calamity has been declared.
    bool public jaaihah;
    /// @notice Until when obligations are put off, in seconds of the ledger's clock.
    uint256 public rescheduledUntil;
    /// @notice Who proposed to undo the contract by mutual consent.
    address public iqalahProposer;
    /// @notice Who claims a defect; the zero address while nobody does.
    address public defectClaimant;
    /// @notice The rate of zakat.
    uint256 public constant ZAKAT_BPS = 250;
    /// @notice Below this base no zakat is due.
    uint256 public constant NISAB = 8500000;
    /// @notice Whether the death of `client` was declared.
    bool public deceased;
    /// @notice Money held for the instrument, in the smallest unit of the coin.
    uint256 public pool;
    /// @notice Money that a receiver refused and may withdraw.
    mapping(address => uint256) public credits;
    /// @notice The sum of all credits; with the pool, all that the contract holds.
    uint256 public totalCredits;

    /// @notice A partner paid its part of the value.
    event Funded(address indexed partner, uint256 amount);

    /// @notice A partner took its part back before the other had paid.
    event FundingCancelled(address indexed partner, uint256 amount);

    /// @notice Both partners have funded.
    event Activated(uint256 value);

    /// @notice Rent of a period was paid.
    event RentPaid(uint256 amount);

    /// @notice A part of the share was bought at the attested value.
    event SharePurchased(uint256 bps, uint256 price);

    /// @notice The value was shared out.
    event Settled(uint256 value, uint256 bankPart, uint256 clientPart, uint256 rest);

    /// @notice The pool went back to the partners, by their shares.
    event Unwound(uint256 bankPart, uint256 clientPart);

    /// @notice A calamity was declared; from here on no rent is due.
    event JaaihahDeclared();

    /// @notice Obligations were put off, at the same amount.
    event ObligationsRescheduled(uint256 until);

    /// @notice A partner used its option to rescind.
    event KhiyarRescinded(address indexed partner);

    /// @notice A partner proposed to undo the contract.
    event IqalahProposed(address indexed partner);

    /// @notice The other partner consented.
    event IqalahCompleted(address indexed partner);

    /// @notice A partner claims a hidden defect.
    event DefectRaised(address indexed partner, string reason);

    /// @notice The claim was judged.
    event DefectResolved(bool upheld);

    /// @notice The contract was dissolved by judgement.
    event JudicialFaskh(address indexed judge);

    /// @notice The share of the deceased went to the heirs.
    event FaraidDissolution(uint256 heirs, uint256 amount);

    /// @notice Zakat went to the fund.
    event ZakatRouted(address indexed payer, uint256 base, uint256 amount);

    /// @notice Money was transferred.
    event Paid(address indexed to, uint256 amount);

    /// @notice A receiver refused money, which now waits for it.
    event Credited(address indexed to, uint256 amount);

    /// @notice A credit was withdrawn.
    event Withdrawn(address indexed from, address indexed to, uint256 amount);

    /// @notice The contract is not at the stage that the call belongs to.
    error WrongStage();

    /// @notice A share must lie strictly between 0 and 10000, and amounts must fit their arithmetic.
    error BadTerms();

    /// @notice The calamity has been declared before.
    error AlreadyDeclared();

    /// @notice No calamity has been declared.
    error NoJaaihah();

    /// @notice There is no such share to buy, or it has no price.
    error BadShare();

    /// @notice Heirs and shares do not match, an heir is dead or may be none, a share is zero, or all do
    ///   not come to 10000.
    error BadHeirs();

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

    /// @dev Only while the partnership is alive.
    modifier live() {
        if (!active || settled || rescinded) revert WrongStage();
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyBank() {
        if (msg.sender != bank) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyClient() {
        if (msg.sender != client) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyBankOrClient() {
        if (msg.sender != bank && msg.sender != client) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyArbiter() {
        if (msg.sender != arbiter) revert NotPermitted(msg.sender);
        _;
    }

    /// @dev Keeps the roles apart: others are refused.
    modifier onlyBankOrClientOrArbiter() {
        if (msg.sender != bank && msg.sender != client && msg.sender != arbiter) revert NotPermitted(msg.sender);
        _;
    }

    /// @param client_ The acquirer.
    /// @param arbiter_ The adjudicator.
    /// @param maslahahFund_ The beneficiary.
    /// @param oracle_ What attests the value.
    /// @param initialBankShareBps_ The share that `bank` begins with, in hundredths of a percent.
    /// @param rentPerPeriodPerBps_ Rent of a period for each hundredth of a percent of `bank`'s share.
    /// @param khiyarPeriod_ For how long either partner may rescind, in seconds.
    constructor(address client_, IValuationOracle oracle_, address arbiter_, address maslahahFund_, uint256 initialBankShareBps_, uint256 rentPerPeriodPerBps_, uint256 khiyarPeriod_) {
        address[] memory all = new address[](4);
        all[0] = msg.sender;
        all[1] = client_;
        all[2] = arbiter_;
        all[3] = maslahahFund_;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == address(0) || all[i] == address(oracle_)) revert BadParty(all[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (all[i] == all[j]) revert BadParty(all[i]);
            }
        }
        if (address(oracle_) == address(0)) revert BadParty(address(oracle_));
        if (initialBankShareBps_ == 0 || initialBankShareBps_ >= BPS) revert BadTerms();
        if (rentPerPeriodPerBps_ > type(uint128).max || khiyarPeriod_ > 36500 days) revert BadTerms();
        bankShareBps = initialBankShareBps_;
        clientShareBps = BPS - initialBankShareBps_;
        bank = msg.sender;
        client = client_;
        arbiter = arbiter_;
        maslahahFund = maslahahFund_;
        oracle = oracle_;
        initialBankShareBps = initialBankShareBps_;
        rentPerPeriodPerBps = rentPerPeriodPerBps_;
        khiyarPeriod = khiyarPeriod_;
    }

    /// @notice The attested value; reverts while it is unknown (majhul).
    /// @dev INVARIANT: price_attested
    /// @return The value.
    function fairValue() public view returns (uint256) {
        return oracle.fairValue();
    }

    /// @dev Takes a partner's part of the value, which is fixed by the first who funds.
    /// @dev INVARIANT: ownership_conserved
    /// @param bankPays Which of the two partners pays.
    function _fund(bool bankPays) internal {
        if (rescinded || (bankFunded ? (bankPays || clientFunded) : (clientFunded && !bankPays))) revert WrongStage();
        if (!bankFunded && !clientFunded) initialValue = fairValue();
        uint256 bankPart = Math.mulDiv(initialValue, initialBankShareBps, BPS);
        _due(bankPays ? bankPart : initialValue - bankPart);
        if (bankPays) bankFunded = true;
        else clientFunded = true;
        pool += msg.value;
        emit Funded(msg.sender, msg.value);
        if (bankFunded && clientFunded) {
            active = true;
            khiyarDeadline = block.timestamp + khiyarPeriod;
            emit Activated(initialValue);
        }
    }

    /// @notice Pays the part of `bank` into the pool.
    /// @dev INVARIANT: role_separation
    function fundBank() external payable onlyBank nonReentrant {
        _fund(true);
    }

    /// @notice Pays the part of `client` into the pool.
    /// @dev INVARIANT: role_separation
    function fundClient() external payable onlyClient nonReentrant {
        _fund(false);
    }

    /// @notice Takes one's part back while the other partner has not paid.
    function cancelFunding() external onlyBankOrClient nonReentrant {
        if (active || rescinded || !(msg.sender == bank ? bankFunded : clientFunded)) revert WrongStage();
        uint256 amount = pool;
        bankFunded = false;
        clientFunded = false;
        emit FundingCancelled(msg.sender, amount);
        _release(msg.sender, amount);
    }

    /// @notice Declares a calamity: rent is abated, not deferred.
    /// @dev INVARIANT: rent_on_living_share
    function declareJaaihah() external onlyArbiter nonReentrant live {
        if (jaaihah) revert AlreadyDeclared();
        jaaihah = true;
        emit JaaihahDeclared();
    }

    /// @notice Puts obligations off; no amount changes.
    /// @param delay For how long from now, in seconds.
    function rescheduleWithoutRiba(uint32 delay) external onlyArbiter nonReentrant live {
        if (!jaaihah) revert NoJaaihah();
        rescheduledUntil = block.timestamp + delay;
        emit ObligationsRescheduled(rescheduledUntil);
    }

    /// @notice Rent of a period for the share that `bank` still owns.
    /// @dev INVARIANT: rent_on_living_share
    /// @return The amount; it falls with the share.
    function rentDue() public view returns (uint256) {
        return rentPerPeriodPerBps * bankShareBps;
    }

    /// @notice What is charged: nothing after a calamity, else the rent.
    /// @return The amount.
    function effectiveRentDue() public view returns (uint256) {
        return jaaihah ? 0 : rentDue();
    }

    /// @notice Pays the rent of a period, which goes to `bank`.
    /// @dev INVARIANT: rent_on_living_share
    function payRent() external payable onlyClient nonReentrant live {
        _due(effectiveRentDue());
        emit RentPaid(msg.value);
        _pay(bank, msg.value);
    }

    /// @notice Buys a part of the share of `bank` at the attested value of today.
    /// @dev INVARIANT: ownership_conserved
    /// @dev INVARIANT: price_attested
    /// @param bps The part, in hundredths of a percent of the whole.
    function buyShare(uint256 bps) external payable onlyClient nonReentrant live {
        if (bps == 0 || bps > bankShareBps) revert BadShare();
        uint256 price = Math.mulDiv(fairValue(), bps, BPS);
        if (price == 0) revert BadShare();
        _due(price);
        bankShareBps -= bps;
        clientShareBps += bps;
        emit SharePurchased(bps, price);
        _pay(bank, price);
    }

    /// @notice Shares the attested value of today out; a loss is borne by what is transferred.
    /// @dev INVARIANT: loss_follows_capital
    function settle() external virtual onlyBankOrClientOrArbiter nonReentrant {
        _settle(fairValue());
    }

    /// @dev Pays each partner its share of the value out of the pool; what was lost goes to the fund.
    /// @dev INVARIANT: loss_follows_capital
    /// @param value The attested value.
    function _settle(uint256 value) internal live {
        uint256 total = pool;
        uint256 shared = Math.min(value, total);
        uint256 bankPart = Math.mulDiv(shared, bankShareBps, BPS);
        uint256 clientPart = Math.mulDiv(shared, clientShareBps, BPS);
        uint256 rest = total - bankPart - clientPart;
        settled = true;
        emit Settled(value, bankPart, clientPart, rest);
        _release(bank, bankPart);
        _release(client, clientPart);
        _release(maslahahFund, rest);
    }

    /// @dev Gives the pool back by the shares of today, so that what was bought counts.
    function _unwind() internal live {
        uint256 bankPart = Math.mulDiv(pool, bankShareBps, BPS);
        uint256 clientPart = pool - bankPart;
        rescinded = true;
        emit Unwound(bankPart, clientPart);
        _release(bank, bankPart);
        _release(client, clientPart);
    }

    /// @notice Undoes the contract within the option's time, before anything was bought.
    function rescindKhiyar() external onlyBankOrClient nonReentrant {
        if (block.timestamp > khiyarDeadline || bankShareBps != initialBankShareBps) revert WrongStage();
        emit KhiyarRescinded(msg.sender);
        _unwind();
    }

    /// @notice Proposes to undo the contract by mutual consent, before anything was bought.
    function proposeIqalah() external onlyBankOrClient nonReentrant live {
        iqalahProposer = msg.sender;
        emit IqalahProposed(msg.sender);
    }

    /// @notice Consents to what the other partner proposed.
    function acceptIqalah() external onlyBankOrClient nonReentrant {
        bool bought = bankShareBps != initialBankShareBps;
        if (iqalahProposer == address(0) || iqalahProposer == msg.sender || bought) revert WrongStage();
        emit IqalahCompleted(msg.sender);
        _unwind();
    }

    /// @notice Claims a hidden defect of the asset.
    /// @param reason What the defect is.
    function raiseDefect(string calldata reason) external onlyBankOrClient nonReentrant live {
        if (defectClaimant != address(0)) revert WrongStage();
        defectClaimant = msg.sender;
        emit DefectRaised(msg.sender, reason);
    }

    /// @notice Judges the claim; upheld, it undoes the contract.
    /// @param upheld Whether the claim is right.
    function resolveDefect(bool upheld) external onlyArbiter nonReentrant live {
        if (defectClaimant == address(0)) revert WrongStage();
        defectClaimant = address(0);
        emit DefectResolved(upheld);
        if (upheld) _unwind();
    }

    /// @notice Dissolves the contract by judgement.
    function judicialFaskh() external onlyArbiter nonReentrant {
        emit JudicialFaskh(msg.sender);
        _unwind();
    }

    /// @notice Ends the partnership at the death of `client`: its share goes to the heirs, or what it has
    ///   paid in where the other has not; after the end, what it was refused.
    /// @param heirs Who inherits, at most 64.
    /// @param bps Each heir's share, in hundredths of a percent; what rounding leaves goes to the last.
    function dissolveByFaraid(address[] calldata heirs, uint256[] calldata bps) external onlyArbiter nonReentrant {
        if (heirs.length == 0 || heirs.length > 64 || heirs.length != bps.length) revert BadHeirs();
        uint256 sum = 0;
        for (uint256 i = 0; i < heirs.length; ++i) {
            if (heirs[i] == address(0) || heirs[i] == address(this) || heirs[i] == msg.sender || heirs[i] == maslahahFund || heirs[i] == address(oracle) || heirs[i] == client || bps[i] == 0 || bps[i] > BPS) revert BadHeirs();
            sum += bps[i];
        }
        if (sum != BPS) revert BadHeirs();
        uint256 bankPart = 0;
        deceased = true;
        uint256 waiting = credits[client];
        if (settled || rescinded) {
            if (waiting == 0) revert WrongStage();
        } else {
            if (active) bankPart = Math.mulDiv(pool, bankShareBps, BPS);
            else if (bankFunded) bankPart = pool;
            rescinded = true;
        }
        credits[client] = 0;
        totalCredits -= waiting;
        pool += waiting;
        uint256 estate = pool - bankPart;
        emit FaraidDissolution(heirs.length, estate);
        _release(bank, bankPart);
        uint256 left = estate;
        for (uint256 i = 0; i < heirs.length; ++i) {
            uint256 part = i + 1 == heirs.length ? left : Math.mulDiv(estate, bps[i], BPS);
            left -= part;
            _release(heirs[i], part);
        }
    }

    /// @notice The zakat of a base.
    /// @param base What zakat is reckoned of, in the smallest unit of the coin.
    /// @return The amount, rounded down.
    function zakatDue(uint256 base) public pure returns (uint256) {
        return base < NISAB ? 0 : Math.mulDiv(base, ZAKAT_BPS, BPS);
    }

    /// @notice Sends exactly the zakat of a base to the fund.
    /// @param base What zakat is reckoned of, in the smallest unit of the coin.
    function payZakat(uint256 base) external payable onlyBankOrClient nonReentrant {
        if (deceased) revert WrongStage();
        _due(zakatDue(base));
        emit ZakatRouted(msg.sender, base, msg.value);
        _pay(maslahahFund, msg.value);
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
