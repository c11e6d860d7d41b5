//! An accepted instrument of each class, to begin one's own from.

use crate::class::Class;

/// An accepted instrument of a class, as a file.
pub const fn example(class: Class) -> &'static str {
    macro_rules! file {
        ($name:literal) => {
            include_str!(concat!("../../../examples/instruments/", $name, ".fiqh"))
        };
    }
    match class {
        Class::MusharakahMutanaqisah => file!("musharakah_mutanaqisah"),
        Class::Mudarabah => file!("mudarabah"),
        Class::IjarahImbt => file!("ijarah_imbt"),
        Class::Ijarah => file!("ijarah"),
        Class::Murabahah => file!("murabahah"),
        Class::Salam => file!("salam"),
        Class::Istisna => file!("istisna"),
        Class::Sarf => file!("sarf"),
        Class::Tawarruq => file!("tawarruq"),
        Class::QardHasan => file!("qard_hasan"),
        Class::Rahn => file!("rahn"),
        Class::Kafala => file!("kafala"),
        Class::Hawala => file!("hawala"),
        Class::Wadia => file!("wadia"),
        Class::Wakala => file!("wakala"),
        Class::Juala => file!("juala"),
        Class::Ariyah => file!("ariyah"),
        Class::Muzaraah => file!("muzaraah"),
        Class::Musharakah => file!("musharakah"),
        Class::Sukuk => file!("sukuk"),
        Class::Takaful => file!("takaful"),
        Class::MudarabahPool => file!("mudarabah_pool"),
        Class::Waqf => file!("waqf"),
        Class::Hibah => file!("hibah"),
        Class::Wasiyya => file!("wasiyya"),
        Class::CommercialEscrow => file!("commercial_escrow"),
    }
}

/// What a section is for, in the order of the language's page.
pub(crate) const SECTIONS: [(&str, &str); 13] = [
    ("meta", "What it rests on, and the law that it is made under."),
    ("parties", "Who takes part, and as what: name: role;"),
    ("capital", "Who gives how much of the whole, in hundredths of a percent."),
    ("returns", "What each gets, and what that is reckoned from."),
    ("risk", "Who bears a loss. A guarantee of capital is refused: it would make a loan of this."),
    ("oracle", "Who states the value: one valuer, or a committee that has to agree."),
    ("zakat", "What is due to those who have a right to it."),
    ("contingency", "What happens after a calamity, and after a death."),
    ("dispute", "Who judges."),
    ("pool", "The members and their shares, in hundredths of a percent."),
    ("rescission", "The ways to undo it."),
    ("lifecycle", "What happens, in order."),
    ("invariant", "What always holds. Rules ask for the names; the expressions document them."),
];

/// The example of a class under a name of one's own, with a line above each section that says what it is for.
pub fn starting_point(class: Class, name: Option<&str>) -> String {
    let mut text = String::new();
    let mut told: Vec<&str> = Vec::new();
    for line in example(class).lines() {
        let word = line.strip_prefix("  ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
        if let Some((section, meaning)) = SECTIONS.iter().find(|(section, _)| *section == word)
            && !told.contains(section)
        {
            told.push(section);
            text += &format!("  // {meaning}\n");
        }
        match line.strip_prefix("instrument ").and_then(|rest| rest.split_once(' ')) {
            Some((own, rest)) => text += &format!("instrument {} {rest}\n", name.unwrap_or(own)),
            None => text += &format!("{line}\n"),
        }
    }
    text
}

/// The name of the example of a class.
pub fn example_name(class: Class) -> &'static str {
    let line = example(class).lines().find_map(|line| line.strip_prefix("instrument "));
    line.and_then(|rest| rest.split(' ').next()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ast::Unit;
    use crate::parser;
    use etymon_diagnostics::SourceFile;

    fn instrument(text: &str) -> crate::ast::Instrument {
        match parser::parse(&SourceFile::new("own.fiqh", text)) {
            Ok(Unit::Instrument(own)) => own,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_class_has_one_and_it_is_of_that_class() {
        for class in Class::ALL {
            let own = instrument(example(class));
            assert_eq!((own.class.text.as_str(), own.name.text.as_str()), (class.name(), example_name(class)));
        }
    }

    #[test]
    fn comments_and_names_change_nothing_else() {
        for class in Class::ALL {
            let text = starting_point(class, Some("Mine"));
            assert_eq!(instrument(&text).name.text, "Mine");
            let plain: Vec<&str> = text.lines().filter(|line| !line.starts_with("  // ")).collect();
            let own = example(class).replace(&format!("instrument {} ", example_name(class)), "instrument Mine ");
            let own: Vec<&str> = own.lines().filter(|line| !line.starts_with("  // ")).collect();
            assert_eq!(plain, own, "{}", class.name());
            assert!(text.contains("  // Who takes part, and as what: name: role;\n  parties {"), "{text}");
        }
    }
}
