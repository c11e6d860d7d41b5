//! What the emitted test does with the contract, step by step; the first script is the lifecycle of the deployment, too.

/// An argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Arg {
    Number(u128),
    /// The largest number that the machine has.
    Most,
    Bool(bool),
    /// The address of an actor, by key.
    Party(String),
    /// 32 octets, all alike.
    Bytes(u8),
    Text(&'static str),
    /// The address of the test's token.
    Token,
    /// The address of the test's oracle.
    Oracle,
    /// The address of the contract itself.
    Contract,
    List(Vec<Arg>),
}

/// The arguments that declare a death with a single heir.
pub(super) fn dies(who: &str) -> Vec<Arg> {
    let one = |own: Arg| Arg::List(vec![own]);
    vec![Arg::Party(who.to_owned()), one(Arg::Party("heir".to_owned())), one(Arg::Number(10_000))]
}

/// A step.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// Must succeed, and moves just this money.
    Call { by: String, name: String, args: Vec<Arg>, value: u128, moves: Vec<(String, i128)> },
    /// Must fail with an error of the contract.
    Refused { by: String, name: String, args: Vec<Arg>, value: u128, error: &'static str },
    /// A view and what it answers.
    Read { name: String, args: Vec<Arg>, value: Arg },
    /// The oracle attests another value.
    Worth(u128),
    /// The oracle can no longer tell a value.
    Majhul,
    /// The value that became unknown last is known again.
    Attested,
    /// Seconds go by.
    Wait(u64),
    /// Until just after a period, by the name of its parameter.
    After(&'static str),
    /// An actor's account turns into one that refuses money.
    Reject(String),
    /// It takes money again.
    Accept(String),
}

/// A test.
#[derive(Clone, Debug)]
pub(super) struct Script {
    pub title: String,
    pub acts: Vec<Act>,
}

impl Script {
    pub fn new(title: &str) -> Script {
        Script { title: title.to_owned(), acts: Vec::new() }
    }

    /// A call that succeeds; `moves` lists every actor whose money it changes.
    pub fn call(mut self, by: &str, name: &str, args: Vec<Arg>, value: u128, moves: &[(&str, i128)]) -> Script {
        let moves = moves.iter().map(|(key, amount)| ((*key).to_owned(), *amount)).collect();
        self.acts.push(Act::Call { by: by.to_owned(), name: name.to_owned(), args, value, moves });
        self
    }

    /// A call without arguments or money.
    pub fn act(self, by: &str, name: &str) -> Script {
        self.call(by, name, Vec::new(), 0, &[])
    }

    /// A call without arguments that only pays somebody through the contract.
    pub fn hands(self, by: &str, name: &str, value: u128, to: &str) -> Script {
        let amount = value as i128;
        self.call(by, name, Vec::new(), value, &[(by, -amount), (to, amount)])
    }

    /// The same in two parts, of which the second is the least that there is; an amount of one has no parts.
    pub fn hands_in_parts(self, by: &str, name: &str, value: u128, to: &str) -> Script {
        let most = value.saturating_sub(1);
        let script = if most > 0 { self.hands(by, name, most, to) } else { self };
        script.hands(by, name, value - most, to)
    }

    /// A call without arguments that pays into the contract.
    pub fn puts(self, by: &str, name: &str, value: u128) -> Script {
        self.call(by, name, Vec::new(), value, &[(by, -(value as i128))])
    }

    /// A call that fails.
    pub fn refused(mut self, by: &str, name: &str, args: Vec<Arg>, value: u128, error: &'static str) -> Script {
        self.acts.push(Act::Refused { by: by.to_owned(), name: name.to_owned(), args, value, error });
        self
    }

    /// What a view answers.
    pub fn read(mut self, name: &str, value: Arg) -> Script {
        self.acts.push(Act::Read { name: name.to_owned(), args: Vec::new(), value });
        self
    }

    /// What a view answers to an argument.
    pub fn read_of(mut self, name: &str, args: Vec<Arg>, value: Arg) -> Script {
        self.acts.push(Act::Read { name: name.to_owned(), args, value });
        self
    }

    pub fn worth(mut self, value: u128) -> Script {
        self.acts.push(Act::Worth(value));
        self
    }

    pub fn worth_if_oracle(self, oracle: bool, value: u128) -> Script {
        if oracle { self.worth(value) } else { self }
    }

    pub fn majhul(mut self) -> Script {
        self.acts.push(Act::Majhul);
        self
    }

    pub fn attested(mut self) -> Script {
        self.acts.push(Act::Attested);
        self
    }

    /// Until just after a period that the contract was made with.
    pub fn after(mut self, period: &'static str) -> Script {
        self.acts.push(Act::After(period));
        self
    }

    pub fn wait(mut self, seconds: u64) -> Script {
        self.acts.push(Act::Wait(seconds));
        self
    }

    pub fn reject(mut self, key: &str) -> Script {
        self.acts.push(Act::Reject(key.to_owned()));
        self
    }

    pub fn accept(mut self, key: &str) -> Script {
        self.acts.push(Act::Accept(key.to_owned()));
        self
    }
}
