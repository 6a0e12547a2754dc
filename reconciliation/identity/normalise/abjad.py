"""Arabic and Hebrew given names, whose script leaves vowels out, as they are usually written in Latin letters."""

import re

ABJAD = re.compile(r"[\u0590-\u06ff\u0750-\u077f\ufb1d-\ufdff\ufe70-\ufefc]")
_MARKS = re.compile(r"[\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670\u0640]")
# Other names come out by their consonants: nobody can know the vowels of a surname.
_TABLE = """
    mohammed محمد | ahmed أحمد احمد | mahmoud محمود | ali علي على | hassan حسن | hussein حسين | omar عمر
    abdullah عبدالله | abd عبد | allah الله | khalid خالد | ibrahim إبراهيم ابراهيم | yusuf يوسف | mustafa مصطفى
    fatima فاطمة فاطمه | aisha عائشة عايشة | mariam مريم | sara سارة ساره | nour نور | layla ليلى | salem سالم
    said سعيد | saleh صالح | salman سلمان | sultan سلطان | faisal فيصل | fahd فهد | nasser ناصر | hamad حمد
    hamid حامد | karim كريم | rashid راشد رشيد | tariq طارق | ziad زياد | samir سمير | amir أمير امير
    bin بن | ibn ابن | abu أبو ابو | noura نورة | hind هند | huda هدى | amal أمل امل | rania رانيا | reza رضا
    mehdi مهدي | jamal جمال | adel عادل | walid وليد | youssef يوسُف | ismail إسماعيل اسماعيل | musa موسى | issa عيسى
    abdulrahman عبدالرحمن | abdulaziz عبدالعزيز | zainab زينب | khadija خديجة | rahman الرحمن | aziz العزيز
    cohen כהן | levi לוי | yosef יוסף | david דוד | moshe משה | sarah שרה | avraham אברהם | yitzhak יצחק
    yaakov יעקב | rachel רחל | leah לאה | miriam מרים | shlomo שלמה | daniel דניאל | michael מיכאל | eli אלי
    noa נועה | tamar תמר | esther אסתר | hannah חנה | yael יעל | benjamin בנימין | shmuel שמואל | haim חיים
    mizrahi מזרחי | peretz פרץ | biton ביטון | dahan דהן | friedman פרידמן | ben בן | bar בר | israel ישראל
"""
_NAMES = {
    spelt: entry.split()[0]
    for entry in _TABLE.replace("\n", "|").split("|")
    for spelt in entry.split()[1:]
}  # fmt: skip


def said(word: str) -> str:
    """The usual spelling of a known name; other words without vowel signs, for the letters to be romanised."""
    bare = _MARKS.sub("", word)
    return _NAMES.get(bare, bare)
