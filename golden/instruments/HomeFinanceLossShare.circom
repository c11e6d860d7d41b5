pragma circom 2.1.6;

// Generated from the instrument HomeFinance: musharakah_mutanaqisah. Do not edit.
//
// Proves of two losses that they come to a public total, in the proportion of public shares.
// All that is public is compared by the gate with its own state: the proof is for one contract and one round.

// A signal as `n` bits: there are some only if it is below 2^n.
template Num2Bits(n) {
  signal input in;
  signal output out[n];
  var sum = 0;
  for (var i = 0; i < n; i++) {
    out[i] <-- (in >> i) & 1;
    out[i] * (out[i] - 1) === 0;
    sum += out[i] * (1 << i);
  }
  sum === in;
}

template HomeFinanceLossShare() {
  signal input bankBps; // public: share of `bank`, in hundredths of a percent
  signal input clientBps; // public: share of `client`, in hundredths of a percent
  signal input totalLoss; // public: the loss that is shared, as `lossClaim()` of the gate states it
  signal input chainId; // public: the chain that the gate is on
  signal input contractAddress; // public: the gate, as a number
  signal input round; // public: the gate's round, which ends with each proof that it accepts
  signal input lossBank; // private: loss of `bank`, in the unit of `totalLoss`
  signal input lossClient; // private: loss of `client`, in the unit of `totalLoss`

  // INV-1: the two shares make up the whole (AAOIFI SS No. 12).
  bankBps + clientBps === 10000;

  // RISK-1: each partner bears loss in proportion to its share (AAOIFI SS No. 12).
  signal bankSide <== lossBank * clientBps;
  signal clientSide <== lossClient * bankBps;
  bankSide === clientSide;

  // LOSS-1: the hidden losses are the whole of the loss that is claimed (soundness of the circuit).
  lossBank + lossClient === totalLoss;

  // LOSS-2: a loss is claimed, so it is not zero (soundness of the circuit).
  signal totalLossInverse <-- totalLoss != 0 ? 1 / totalLoss : 0;
  totalLoss * totalLossInverse === 1;

  // RANGE-1: losses are whole numbers, not residues that wrap around the field (soundness of the circuit).
  component lossBankBits = Num2Bits(64);
  lossBankBits.in <== lossBank;
  component lossClientBits = Num2Bits(64);
  lossClientBits.in <== lossClient;

  // RANGE-2: shares are whole numbers, not residues that wrap around the field (soundness of the circuit).
  component bankBpsBits = Num2Bits(14);
  bankBpsBits.in <== bankBps;
  component clientBpsBits = Num2Bits(14);
  clientBpsBits.in <== clientBps;

  // BIND-1: the proof is for one contract, on one chain, in one round (soundness of the circuit).
  signal chainIdSquare <== chainId * chainId;
  signal contractAddressSquare <== contractAddress * contractAddress;
  signal roundSquare <== round * round;
}

component main {public [bankBps, clientBps, totalLoss, chainId, contractAddress, round]} = HomeFinanceLossShare();
