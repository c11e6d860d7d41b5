//! The classes of instruments.

/// A class of instruments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// `musharakah_mutanaqisah`.
    MusharakahMutanaqisah,
    /// `mudarabah`.
    Mudarabah,
    /// `ijarah_imbt`.
    IjarahImbt,
    /// `ijarah`.
    Ijarah,
    /// `murabahah`.
    Murabahah,
    /// `salam`.
    Salam,
    /// `istisna`.
    Istisna,
    /// `sarf`.
    Sarf,
    /// `tawarruq`.
    Tawarruq,
    /// `qard_hasan`.
    QardHasan,
    /// `rahn`.
    Rahn,
    /// `kafala`.
    Kafala,
    /// `hawala`.
    Hawala,
    /// `wadia`.
    Wadia,
    /// `wakala`.
    Wakala,
    /// `juala`.
    Juala,
    /// `ariyah`.
    Ariyah,
    /// `muzaraah`.
    Muzaraah,
    /// `musharakah`.
    Musharakah,
    /// `sukuk`.
    Sukuk,
    /// `takaful`.
    Takaful,
    /// `mudarabah_pool`.
    MudarabahPool,
    /// `waqf`.
    Waqf,
    /// `hibah`.
    Hibah,
    /// `wasiyya`.
    Wasiyya,
    /// `commercial_escrow`.
    CommercialEscrow,
}

/// The body of rules that a class belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Regime {
    /// `islamic`.
    Islamic,
    /// `common_law`.
    CommonLaw,
}

impl Regime {
    /// Its name in `meta.regime` and in manifests.
    pub const fn name(self) -> &'static str {
        match self {
            Regime::Islamic => "islamic",
            Regime::CommonLaw => "common_law",
        }
    }
}

impl Class {
    /// All of them.
    pub const ALL: [Class; 26] = [
        Class::MusharakahMutanaqisah,
        Class::Mudarabah,
        Class::IjarahImbt,
        Class::Ijarah,
        Class::Murabahah,
        Class::Salam,
        Class::Istisna,
        Class::Sarf,
        Class::Tawarruq,
        Class::QardHasan,
        Class::Rahn,
        Class::Kafala,
        Class::Hawala,
        Class::Wadia,
        Class::Wakala,
        Class::Juala,
        Class::Ariyah,
        Class::Muzaraah,
        Class::Musharakah,
        Class::Sukuk,
        Class::Takaful,
        Class::MudarabahPool,
        Class::Waqf,
        Class::Hibah,
        Class::Wasiyya,
        Class::CommercialEscrow,
    ];

    /// Its name in a file.
    pub const fn name(self) -> &'static str {
        match self {
            Class::MusharakahMutanaqisah => "musharakah_mutanaqisah",
            Class::Mudarabah => "mudarabah",
            Class::IjarahImbt => "ijarah_imbt",
            Class::Ijarah => "ijarah",
            Class::Murabahah => "murabahah",
            Class::Salam => "salam",
            Class::Istisna => "istisna",
            Class::Sarf => "sarf",
            Class::Tawarruq => "tawarruq",
            Class::QardHasan => "qard_hasan",
            Class::Rahn => "rahn",
            Class::Kafala => "kafala",
            Class::Hawala => "hawala",
            Class::Wadia => "wadia",
            Class::Wakala => "wakala",
            Class::Juala => "juala",
            Class::Ariyah => "ariyah",
            Class::Muzaraah => "muzaraah",
            Class::Musharakah => "musharakah",
            Class::Sukuk => "sukuk",
            Class::Takaful => "takaful",
            Class::MudarabahPool => "mudarabah_pool",
            Class::Waqf => "waqf",
            Class::Hibah => "hibah",
            Class::Wasiyya => "wasiyya",
            Class::CommercialEscrow => "commercial_escrow",
        }
    }

    /// The class of a name.
    pub fn from_name(name: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.name() == name)
    }

    /// The body of rules that it belongs to.
    pub const fn regime(self) -> Regime {
        match self {
            Class::CommercialEscrow => Regime::CommonLaw,
            _ => Regime::Islamic,
        }
    }
}
