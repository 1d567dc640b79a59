//! The names of months and weekdays, in the languages that notes are written in.

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use super::fold::fold;

/// January to December. The first language decides what a shared name is read as.
const MONTHS: [&str; 22] = [
    "january february march april may june july august september october november december",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec",
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar marts april maj juni juli august september oktober november december",
    "januar februar mars april mai juni juli august september oktober november desember",
    "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "január február március április május június július augusztus szeptember október november december",
    "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
];

/// Monday to Sunday.
const WEEKDAYS: [&str; 11] = [
    "monday tuesday wednesday thursday friday saturday sunday",
    "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miércoles jueves viernes sábado domingo",
    "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "segunda terça quarta quinta sexta sábado domingo",
    "poniedziałek wtorek środa czwartek piątek sobota niedziela",
    "понедельник вторник среда четверг пятница суббота воскресенье",
    "måndag tisdag onsdag torsdag fredag lördag söndag",
    "月 火 水 木 金 土 日",
];

/// The way in which a name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    /// The languages that it may be of, as bits.
    pub(crate) languages: u32,
    /// The number of letters, if it is shortened.
    short: Option<usize>,
    case: Case,
}

impl Style {
    /// Whether it is a full name. A short form may be a word of another language.
    pub(crate) fn is_full(self) -> bool {
        self.short.is_none()
    }

    /// Whether it is a full name, or a short form in English that is longer than two letters.
    pub(crate) fn is_plain(self) -> bool {
        self.short.is_none_or(|letters| letters > 2 && self.languages & 1 != 0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Lower,
    Capital,
    Upper,
}

/// The languages in which a word names a number, as bits: in full, and as a short form.
#[derive(Clone, Copy, Debug, Default)]
struct In {
    full: u32,
    short: u32,
}

/// The numbers that each word may name.
type Words = HashMap<String, BTreeMap<u32, In>>;

// The lengths allow for `Sept` and `janv`.
static MONTH_WORDS: LazyLock<Words> = LazyLock::new(|| words(&MONTHS, 3..=4));
static WEEKDAY_WORDS: LazyLock<Words> = LazyLock::new(|| words(&WEEKDAYS, 2..=3));

/// Returns the number of a month by its name, and the style of the name.
pub(crate) fn month(word: &str) -> Option<(u32, Style)> {
    let lower = fold(word);
    let (number, known) = MONTH_WORDS.get(&*lower)?.first_key_value()?;
    Some((*number, style(word, &lower, *known)))
}

/// Returns the style of a name for the weekday `number`; `None` if the word is not a name of it.
pub(crate) fn weekday(word: &str, number: u32) -> Option<Style> {
    let lower = fold(word);
    Some(style(word, &lower, *WEEKDAY_WORDS.get(&*lower)?.get(&number)?))
}

/// Returns the style of a name for any weekday.
pub(crate) fn any_weekday(word: &str) -> Option<Style> {
    let lower = fold(word);
    let known = WEEKDAY_WORDS.get(&*lower)?.values().copied();
    let known = known.reduce(|all, one| In { full: all.full | one.full, short: all.short | one.short })?;
    Some(style(word, &lower, known))
}

/// Whether a word is a weekday in Chinese, Japanese or Korean, where it is written in several ways: `周三`.
pub(crate) fn is_east_asian_weekday(word: &str) -> bool {
    let chinese = ["周", "週", "星期", "礼拜"].iter().find_map(|start| word.strip_prefix(start));
    let others = || ["曜日", "曜", "요일"].iter().find_map(|end| word.strip_suffix(end));
    chinese.is_some_and(|day| is_one_of(day, "一二三四五六日天"))
        || others().is_some_and(|day| is_one_of(day, "月火水木金土日월화수목금토일"))
}

/// Whether a text is one of several characters.
fn is_one_of(text: &str, characters: &str) -> bool {
    text.chars().next().is_some_and(|c| characters.contains(c)) && text.chars().nth(1).is_none()
}

/// Returns the name of a month in this style and one of these languages.
pub(crate) fn month_in(style: Style, languages: u32, number: u32) -> Option<String> {
    write(&MONTHS, Style { languages, ..style }, number)
}

/// Returns the name of a weekday in this style.
pub(crate) fn weekday_in(style: Style, number: u32) -> Option<String> {
    write(&WEEKDAYS, style, number)
}

fn words(names: &[&str], short: RangeInclusive<usize>) -> Words {
    let mut words = Words::new();
    for (language, row) in names.iter().enumerate() {
        for (number, name) in (1..).zip(row.split(' ')) {
            let known = words.entry(name.to_owned()).or_default().entry(number).or_default();
            known.full |= 1 << language;
            for letters in short.clone().filter(|letters| *letters <= name.chars().count()) {
                let begin = name.chars().take(letters).collect();
                words.entry(begin).or_default().entry(number).or_default().short |= 1 << language;
            }
        }
    }
    words
}

/// Returns the style in which a known word is written.
fn style(word: &str, lower: &str, known: In) -> Style {
    let letters = lower.chars().count();
    let case = if !word.chars().any(char::is_lowercase) && letters > 1 {
        Case::Upper
    } else if word.starts_with(char::is_uppercase) {
        Case::Capital
    } else {
        Case::Lower
    };
    // `May` is as long as its short form; the full form is more common.
    if known.full == 0 {
        Style { languages: known.short, short: Some(letters), case }
    } else {
        Style { languages: known.full, short: None, case }
    }
}

/// Returns a name in English if the style allows it, else only if all possible languages agree.
fn write(names: &[&str], style: Style, number: u32) -> Option<String> {
    let name = |row: &str| {
        let name = |i: usize| {
            let name = row.split(' ').nth(i)?;
            Some(match style.short {
                // `Sept.` is longer than the other short forms.
                Some(letters) => name.chars().take(letters.min(3)).collect::<String>(),
                None => name.to_owned(),
            })
        };
        let own = name(number.checked_sub(1)? as usize)?;
        // `jui` would be both June and July.
        let count = (0..row.split(' ').count()).filter(|i| name(*i).as_ref() == Some(&own)).count();
        (count == 1).then_some(own)
    };
    let rows = (0..).zip(names).filter(|(i, _)| style.languages & 1 << i != 0).map(|(_, row)| row);
    let mut written = rows.map(|row| name(row));
    let first = written.next()??;
    if style.languages & 1 == 0 && written.any(|other| other.as_ref() != Some(&first)) {
        return None;
    }
    Some(match style.case {
        Case::Lower => first,
        Case::Upper => first.to_uppercase(),
        Case::Capital => {
            let mut letters = first.chars();
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a name by scanning the rows, for comparison.
    fn in_rows(names: &[&str], word: &str, number: u32, short: RangeInclusive<usize>) -> (u32, u32) {
        let lower = fold(word);
        let is_short = short.contains(&lower.chars().count());
        let mut found = (0, 0);
        for (language, row) in names.iter().enumerate() {
            let name = row.split(' ').nth(number as usize - 1).unwrap();
            found.0 |= u32::from(name == lower) << language;
            found.1 |= u32::from(is_short && name.starts_with(&*lower)) << language;
        }
        found
    }

    #[test]
    fn a_word_names_what_the_rows_say() {
        let ends = |name: &str| -> Vec<String> {
            (1..=name.chars().count()).map(|letters| name.chars().take(letters).collect()).collect()
        };
        for (names, last, short) in [(&MONTHS[..], 12, 3..=4), (&WEEKDAYS[..], 7, 2..=3)] {
            let words = words(names, short.clone());
            for word in names.iter().flat_map(|row| row.split(' ')).flat_map(ends) {
                for number in 1..=last {
                    let own =
                        words.get(&word).and_then(|known| known.get(&number)).copied().unwrap_or_default();
                    let expected = in_rows(names, &word, number, short.clone());
                    assert_eq!((own.full, own.short), expected, "{word} {number}");
                }
            }
        }
    }

    #[test]
    fn a_name_is_written_in_its_own_language_and_case() {
        for (word, number, expected) in [
            ("December", 3, Some("March")),
            ("Dec", 3, Some("Mar")),
            ("Sept", 5, Some("May")),
            ("OCT", 11, Some("NOV")),
            ("May", 10, Some("October")),
            ("Dezember", 3, Some("März")),
            ("Oktober", 11, Some("November")),
            ("Oktober", 3, None),
            ("Décembre", 3, Some("Mars")),
            ("déc", 2, Some("fév")),
            ("déc", 6, None),
            ("декабрь", 3, Some("март")),
            ("Декабря", 11, Some("Ноября")),
            ("Grudzień", 5, Some("Maj")),
        ] {
            let (_, style) = month(word).unwrap();
            assert_eq!(month_in(style, style.languages, number).as_deref(), expected, "{word}");
        }
        assert!(["Phase", "Ma", "Marcus", "Decide", "Сервис", "Q"].iter().all(|word| month(word).is_none()));
        assert_eq!(weekday("Sat", 6).and_then(|style| weekday_in(style, 3)).as_deref(), Some("Wed"));
        assert_eq!(weekday("Samstag", 6).and_then(|style| weekday_in(style, 3)).as_deref(), Some("Mittwoch"));
        assert!(weekday("Sat", 5).is_none());
    }
}
