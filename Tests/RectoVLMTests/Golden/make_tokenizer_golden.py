#!/usr/bin/env python3
"""Makes Golden/text: a text of many scripts, and what the `tokenizers` package makes of it.

usage: make_tokenizer_golden.py [MISTRAL_FOLDER SMOLLM2_FOLDER]      (in a virtual environment with requirements.txt)

With the two folders their tokenizer.json are first copied to Golden/tokenizers (see the README there); without, those
already committed are used. The small tokenizers under Golden/tokenizers/small are made here, one for each way of
cutting text that a real checkpoint may ask for. Written, one JSON value a line:

    text/lines.jsonl             the lines of the text, as JSON strings
    text/NAME.ids.jsonl          the ids of each line, special tokens added
    text/NAME.decoded.jsonl      the text of those ids without special tokens; null where it equals the line
    text/NAME.sequences.jsonl    [ids, text without special tokens, text with them] of sequences nobody would write
    text/small.jsonl             [tokenizer, text, ids, text of the ids or null where it equals the text]
"""
import json
import os
import random
import sys

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = os.path.dirname(os.path.abspath(__file__))
TOKENIZERS = os.path.join(HERE, "tokenizers")
TEXT = os.path.join(HERE, "text")
NAMES = ["mistral-idefics2", "smollm2"]

SENTENCES = """
All human beings are born free and equal in dignity and rights.
Alle Menschen sind frei und gleich an Würde und Rechten geboren; größer, Straße, Übermaß.
Tous les êtres humains naissent libres et égaux en dignité et en droits. L'été, où çà, cœur, Noël.
Todos los seres humanos nacen libres e iguales en dignidad y derechos. ¿Mañana? ¡Sí!
Todos os seres humanos nascem livres e iguais; coração, ações, vovô.
Tutti gli esseri umani nascono liberi ed eguali; perché, città, più.
Wszyscy ludzie rodzą się wolni i równi; zażółć gęślą jaźń.
Všichni lidé rodí se svobodní; příliš žluťoučký kůň úpěl ďábelské ódy.
Minden emberi lény szabadon születik; árvíztűrő tükörfúrógép.
Toate ființele umane se nasc libere și egale în demnitate și în drepturi.
Bütün insanlar hür doğar; İstanbul'da ılık bir gün, ığdır, şöyle böyle.
Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan.
Alla människor är födda fria; åäö ÅÄÖ. Alle mennesker er født frie; æøå ÆØÅ.
Hver maður er borinn frjáls; þetta er ágætt, Ísland, ðað.
Visi cilvēki piedzimst brīvi; ģimene, ķirsis, ļoti, ņem, šķūnis, žēl.
Visi žmonės gimsta laisvi; ąčęėįšųūž.
Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền.
Все люди рождаются свободными и равными в своём достоинстве и правах. Щука, объём, ёж.
Всі люди народжуються вільними; їжак, ґанок, є, м'ята.
Всички хора се раждат свободни и равни. Сите луѓе се раѓаат слободни. Сва људска бића.
Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα. ΣΊΣΥΦΟΣ ς
Բոլոր մարդիկ ծնվում են ազատ ու հավասար իրենց արժանապատվությամբ ու իրավունքներով։
ყველა ადამიანი იბადება თავისუფალი და თანასწორი თავისი ღირსებითა და უფლებებით. ႠႡႢ ᲐᲑᲒ
כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. שָׁלוֹם עֲלֵיכֶם
يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق. السَّلَامُ عَلَيْكُمْ ١٢٣٤٥٦٧٨٩٠
تمام افراد بشر آزاد به دنیا می‌آیند و از لحاظ حیثیت و حقوق با هم برابرند. ۱۲۳۴۵۶۷۸۹۰
تمام انسان آزاد اور حقوق و عزت کے اعتبار سے برابر پیدا ہوئے ہیں۔
ܟܠ ܒܪܢܫܐ ܒܪܝܠܗ ܚܐܪܐ ܘܒܪܒܪ ܓܘ ܐܝܩܪܐ ܘܙܕܩܐ
सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है। क्षत्रिय ज्ञान श्री १२३
সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা এবং অধিকার নিয়ে জন্মগ্রহণ করে। ১২৩৪
ਸਾਰਾ ਮਨੁੱਖੀ ਪਰਿਵਾਰ ਆਪਣੀ ਮਹਿਮਾ, ਸ਼ਾਨ ਅਤੇ ਹੱਕਾਂ ਦੇ ਪੱਖੋਂ ਜਨਮ ਤੋਂ ਹੀ ਆਜ਼ਾਦ ਹੈ।
પ્રતિષ્ઠા અને અધિકારોની દૃષ્ટિએ સર્વ માનવો જન્મથી સ્વતંત્ર અને સમાન હોય છે.
மனிதப் பிறவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர்; க்ஷ ஸ்ரீ ௧௨௩
ప్రతిపత్తిస్వత్వముల విషయమున మానవులెల్లరును జన్మతః స్వతంత్రులును సమానులును నగుదురు.
ಎಲ್ಲಾ ಮಾನವರೂ ಸ್ವತಂತ್ರರಾಗಿಯೇ ಜನಿಸಿದ್ದಾರೆ.
മനുഷ്യരെല്ലാവരും തുല്യാവകാശങ്ങളോടും അന്തസ്സോടും സ്വാതന്ത്ര്യത്തോടുംകൂടി ജനിച്ചവരാണ്.
සියලු මනුෂ්‍යයෝ නිදහස්ව උපත ලබා ඇත. ගරුත්වයෙන් හා අයිතිවාසිකම්වලින් සමාන වෙති.
มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ ๑๒๓๔
ມະນຸດທຸກຄົນເກີດມາມີກຽດສັກສີ ສິດທິ ເສລີພາບ ແລະ ຄວາມສະເໝີພາບເທົ່າທຽມກັນ.
លោកអ្នកទាំងអស់កើតមកមានសេរីភាព និងសមភាព ក្នុងសេចក្ដីថ្លៃថ្នូរ និងសិទ្ធិ។ ១២៣
လူတိုင်းသည် တူညီ လွတ်လပ်သော ဂုဏ်သိက္ခာဖြင့် လည်းကောင်း မွေးဖွားလာသူများ ဖြစ်သည်။
འགྲོ་བ་མིའི་རིགས་རྒྱུད་ཡོངས་ལ་སྐྱེས་ཙམ་ཉིད་ནས་ཆེ་མཐོངས་དང༌། ༡༢༣
ᠬᠦᠮᠦᠨ ᠪᠦᠷ ᠲᠥᠷᠥᠵᠦ ᠮᠡᠨᠳᠡᠯᠡᠬᠦ Хүн бүр төрж мэндлэхдээ эрх чөлөөтэй.
人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。
人人生而自由，在尊嚴和權利上一律平等。龘靐齉爩 〇一二三 㐀㒨 𠀀𠮷𪚥
すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。カタカナ ﾊﾝｶｸ ㌔㍍ が が
모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. 각 힣 ㄱㄴㄷ 각
ሰብዓዊ ፍጡራን ሁሉ ነጻና በክብርና በመብትም እኩልነት ያላቸው ሆነው ይወለዳሉ። ፩፪፫
ⵉⵎⴷⴰⵏⵏ, ⴰⴽⴽⵯ ⵎⴰ ⴳⴰⵏ ⵜⵜⵍⴰⵍⵏ ⴷ ⵉⵍⴻⵍⵍⵉⵜⵏ
ᎾᏂᎥ ᏴᏫ ᏂᎨᎫᏓᎸᎾ ᎠᎴ ᎤᏂᏠᏱ ᎤᎾᏕᎿ ꭰꭱꭲ
ᐃᓄᓕᒫᑦ ᐊᓂᖅᑎᕆᔪᓕᒫᑦ ᐃᓅᓚᐅᕐᒪᑕ
Binadamu wote wamezaliwa huru, hadhi na haki zao ni sawa. Ọmọ ènìyàn ni a bí ní òmìnira; ẹ̀tọ́.
Ɛyɛ, ŋutsu, ɖevi, ƒo. Hoʻokahi ka ʻāina. Tā moko. Ch’ol k’iche’. ǃKung ǂʼAmkoe ǀXam ǁGana.
𐍅𐌿𐌻𐍆𐌹𐌻𐌰 ᚠᚢᚦᚨᚱᚲ 𒀀𒀁𒀂 𓀀𓀁𓂀 𐤀𐤁𐤂 𐎠𐎡 𐌰𐌱 𝕬𝖇𝖈 𝒳𝓎 𝟘𝟙𝟚
∀x∈ℝ: ⌈x⌉ = −⌊−x⌋, α ∧ ¬β = ¬(¬α ∨ β), ∑ᵢ₌₀ⁿ i² ≈ n³⁄3, ∮E⋅da = Q ½ ¾ Ⅷ ⅳ ① ⑳ ㊿ ² ³ ₅
₠ € $ £ ¥ ₹ ₽ ₩ ¢ ฿ ₿ 1.234,56 € 1,234.56 $ (−12 %) №5 §7 ¶ † ‡ • … ‰ ™ © ® ℠ ª º µ Å Å
""".strip().split("\n")

CODE = r'''
def f(x: int, *args, **kwargs) -> dict[str, int]:
    return {k: v ** 2 for k, v in kwargs.items() if k != "__init__"}  # 0x1F, 1e-9, 0b1010
	if (a[i] && !b->c) { printf("%5.2f\n", *p++); } /* tabs	inside */
fn main() -> Result<(), Box<dyn Error>> { let s: &'static str = "it's"; println!("{s:?}"); Ok(()) }
public func tiles(of page: RasterizedPage) async throws -> [Tile] { try await split(page)?.map(\.image) ?? [] }
SELECT o.id, SUM(l.qty * l.price) AS total FROM "orders" o LEFT JOIN lines l ON l.order_id = o.id WHERE o.at >= '2024-01-01' GROUP BY 1;
<div class="row" style='margin:0 auto'><a href="https://example.org/?q=a%20b&amp;x=1#top">D&eacute;j&agrave;</a></div>
#include <stdio.h>
#define MAX(a,b) ((a)>(b)?(a):(b))
for f in *.pdf; do echo "${f%.pdf}" | tr 'a-z' 'A-Z' >> "$HOME/out.txt"; done 2>&1
{"id": 12, "tags": ["a", "b\u00e9", null, true], "nested": {"x": -1.5e+10}}
version: 1\n  stages:\n    pages: {use: rasterize, dpi: 150}
\documentclass{article} \begin{equation} \int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2} \end{equation}
const re = /^(?:[a-z0-9]+\.)*[a-z]{2,}$/gi; let x = `${a ?? b}` as unknown as T[];
type 'a tree = Leaf | Node of 'a tree * 'a * 'a tree
main = mapM_ print $ takeWhile (<100) [x^2 | x <- [1..], odd x] -- Haskell
(defun fact (n) (if (<= n 1) 1 (* n (fact (1- n)))))
+++[->++++<]>.  {-# LANGUAGE GADTs #-}  @Override  #[derive(Debug)]  $_ =~ s/\s+$//;
|col a|col b|
|---|:-:|
- [ ] todo **bold** _it_ ~~gone~~ `code` ![img](x.png)
C:\Windows\System32\drivers\etc\hosts  ~/.ssh/config  ../../a//b  file:///tmp/x%20y
192.168.0.1 fe80::1%eth0 2001:db8::8a2e:370:7334 user.name+tag@mail.example.co.uk
-----BEGIN CERTIFICATE----- MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA7f== -----END CERTIFICATE-----
'''.strip("\n").split("\n")

CONTRACTIONS = """
I'm you're he's she'd we'll they've it's don't can't won't I'd've y'all'd
I'M YOU'RE HE'S SHE'D WE'LL THEY'VE IT'S DON'T 'S 'T 'RE 'VE 'M 'LL 'D
'twas 'tis rock'n'roll O'Brien l'homme d'Artagnan 's'' 'll'll ''''s "'s" ('re) x'sy x'ſ x'ſy
I’m you’re he’s we’ll they’ve it’s don’t l’été
's 't 're 've 'm 'll 'd
'  's  't 'r 'v 'l 'rx 'lx 'vex
""".strip("\n").split("\n")

EMOJI = """
😀😃😄😁😆😅😂🤣 ☺️ ☺ ❤️ ❤ ♥︎ ✔️ ✅ ❌ ⭐ 🌟 ⚠️ ℹ️ ▶️ ©️ ™️
👍👍🏻👍🏼👍🏽👍🏾👍🏿 🤝🏽 🧑🏿‍🤝‍🧑🏻
👨‍👩‍👧‍👦 👩‍❤️‍💋‍👩 👩🏽‍💻 🏳️‍🌈 🏴‍☠️ 🧑‍🚀 🐻‍❄️ 👁️‍🗨️ 🐦‍⬛ 🙂‍↔️ 🏃🏿‍♀️‍➡️
🇩🇪🇫🇷🇯🇵 🇺🇸🇬🇧 🇨🇭 🇪🇺 🇺🇳 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇦 🇦🇧🇨
1️⃣2️⃣#️⃣*️⃣ 🔟 ⓪ 🅰️ 🆎 🀄 🃏 𝄞 🧿 🫠 🪿 🫨
text😀text 😀 text  😀😀  😀1 1😀 😀's 😀's
""".strip("\n").split("\n")

SPACES = ["\t", "\n", "\x0b", "\x0c", "\r", "\r\n", " ", "\x85", "\xa0", "\u1680", "\u2000", "\u2003", "\u2007", "\u2009",
          "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u180e"]

RANGES = {
    "latin": (0x41, 0x5A), "latin small": (0x61, 0x7A), "latin-1": (0xC0, 0xFF), "latin extended": (0x100, 0x24F),
    "ipa": (0x250, 0x2AF), "modifiers": (0x2B0, 0x2FF), "combining": (0x300, 0x36F), "greek": (0x370, 0x3FF),
    "cyrillic": (0x400, 0x52F), "armenian": (0x531, 0x58A), "hebrew": (0x591, 0x5F4), "arabic": (0x600, 0x6FF),
    "syriac": (0x700, 0x74F), "thaana": (0x780, 0x7B1), "nko": (0x7C0, 0x7FA), "devanagari": (0x900, 0x97F),
    "bengali": (0x980, 0x9FE), "gurmukhi": (0xA01, 0xA76), "gujarati": (0xA81, 0xAF1), "oriya": (0xB01, 0xB77),
    "tamil": (0xB82, 0xBFA), "telugu": (0xC00, 0xC7F), "kannada": (0xC80, 0xCF2), "malayalam": (0xD00, 0xD7F),
    "sinhala": (0xD82, 0xDF4), "thai": (0xE01, 0xE5B), "lao": (0xE81, 0xEDF), "tibetan": (0xF00, 0xFDA),
    "myanmar": (0x1000, 0x109F), "georgian": (0x10A0, 0x10FF), "jamo": (0x1100, 0x11FF), "ethiopic": (0x1200, 0x137C),
    "cherokee": (0x13A0, 0x13FD), "canadian": (0x1400, 0x167F), "ogham": (0x1680, 0x169C), "runic": (0x16A0, 0x16F8),
    "khmer": (0x1780, 0x17F9), "mongolian": (0x1800, 0x1878), "phonetic": (0x1D00, 0x1DBF),
    "latin additional": (0x1E00, 0x1EFF), "greek extended": (0x1F00, 0x1FFE), "punctuation": (0x2000, 0x206F),
    "super and sub": (0x2070, 0x209C), "currency": (0x20A0, 0x20C0), "letterlike": (0x2100, 0x214F),
    "number forms": (0x2150, 0x218B), "arrows": (0x2190, 0x21FF), "mathematics": (0x2200, 0x22FF),
    "technical": (0x2300, 0x23FF), "enclosed": (0x2460, 0x24FF), "box drawing": (0x2500, 0x257F),
    "shapes": (0x25A0, 0x25FF), "symbols": (0x2600, 0x26FF), "dingbats": (0x2700, 0x27BF), "braille": (0x2800, 0x28FF),
    "coptic": (0x2C80, 0x2CFF), "tifinagh": (0x2D30, 0x2D7F), "cjk radicals": (0x2E80, 0x2EF3),
    "cjk punctuation": (0x3000, 0x303F), "hiragana": (0x3041, 0x309F), "katakana": (0x30A0, 0x30FF),
    "bopomofo": (0x3105, 0x312F), "enclosed cjk": (0x3200, 0x32FE), "cjk extension a": (0x3400, 0x4DB5),
    "cjk": (0x4E00, 0x9FCC), "yi": (0xA000, 0xA48C), "vai": (0xA500, 0xA62B), "hangul": (0xAC00, 0xD7A3),
    "private use": (0xE000, 0xE0FF), "cjk compatibility": (0xF900, 0xFAD9), "presentation forms": (0xFB00, 0xFDFF),
    "variation selectors": (0xFE00, 0xFE0F), "half width": (0xFF01, 0xFFEE), "gothic": (0x10330, 0x1034A),
    "deseret": (0x10400, 0x1044F), "cuneiform": (0x12000, 0x12399), "hieroglyphs": (0x13000, 0x1342E),
    "music": (0x1D100, 0x1D1E8), "mathematical letters": (0x1D400, 0x1D7FF), "mahjong": (0x1F000, 0x1F02B),
    "emoji": (0x1F300, 0x1F64F), "transport": (0x1F680, 0x1F6D7), "cjk extension b": (0x20000, 0x2A6D6),
    "tags": (0xE0020, 0xE007F), "private plane": (0xF0000, 0xF00FF), "control": (0x00, 0x1F), "c1": (0x7F, 0x9F),
}

ADDED = ["<s>", "</s>", "<unk>", "<fake_token_around_image>", "<image>", "<end_of_utterance>", "<|endoftext|>",
         "<|im_start|>", "<|im_end|>", "<repo_name>", "<file_sep>", "<issue_start>", "<jupyter_code>", "<empty_output>"]


def lines():
    """The text: hand-written lines, then seeded random ones."""
    chance = random.Random(20261121)
    yield from ["", " ", "  ", "a", " a", "a ", " a ", "  a  ", "   a   b   ", "\n", "\n\n", "\t", "▁", "▁▁a", "Ġ", "ĠaĊ", "\u2581a"]
    yield from ["\ufffd", "a\ufffdb", "\ufffd\ufffd", " \ufffd ", "\x00", "a\x00b", "\x7f", "\x1b[31mred\x1b[0m", "\ufeffBOM", "a\u0301", "\u0301", " \u0301"]
    yield from ["<0x0A>", "<0xFF>", "<0x41>b", "<0x0a>", "<", "<>", "<s", "<im", "<image", "image>", "<<image>>", "< image >", "<IMAGE>"]
    yield from SENTENCES + CODE + CONTRACTIONS + EMOJI
    yield from [" " + s for s in SENTENCES[::3]] + [s + "  " for s in SENTENCES[1::3]] + [s.upper() for s in SENTENCES[::2]]
    yield "\n".join(CODE)
    yield "\r\n".join(CODE[:6])
    yield "\n\n\n".join(SENTENCES[:8])
    for space in SPACES:
        yield from [space, space * 2, space * 3, "a" + space + "b", space + "a", "a" + space, "a" + space * 3 + "b", " " + space + "a",
                    space + " a", "1" + space + "2", "." + space + ".", "a" + space + "\n" + space + "b"]
    for token in ADDED:
        yield from [token, token * 2, "a" + token, token + "a", "a " + token + " b", " " + token, token + " ", token + "\n", token + token[:-1],
                    token[:-1] + token, token[1:], "\n" + token + "\nAssistant:", token.replace("<", "< "), token + "'s"]
    yield "User:<image>What do we see?<end_of_utterance>\nAssistant:"
    yield "<fake_token_around_image>" + "<image>" * 8 + "<fake_token_around_image>" + "<image>" * 8 + "<fake_token_around_image>"
    yield "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
    for length in (23, 24, 25, 26, 100, 1000):
        yield from ["a" * length, "ab" * (length // 2), " " * length, "9" * length, "\n" * length, "é" * length, "=" * length]
    yield "".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(3000))
    yield "donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 8
    for exponent in range(1, 22):
        yield from [str(7**exponent), f"{7**exponent:,}", f"-{7**exponent}.50 EUR", f"x{7**exponent}y"]
    for number in range(0, 100, 3):
        yield f"{number:02d}/{number % 12 + 1:02d}/20{number:02d} {number}:{number % 60:02d} {number}% #{number} v{number}.{number}.0"
    for name, (low, high) in RANGES.items():
        for length in (6, 14):
            word = "".join(chr(chance.randint(low, high)) for _ in range(length))
            yield from [word, f"{word[:3]} {word[3:]} 1{word[0]}2 a{word[1]}b {word[2]}{word[2]}", f"{name}: {word}."]
    everything = [c for low, high in RANGES.values() for c in (low, high)]
    words = " ".join(SENTENCES).split()
    for _ in range(420):
        yield " ".join(chance.choice(words) for _ in range(chance.randint(3, 16)))
    for _ in range(260):
        yield "".join(chance.choice(words)[: chance.randint(1, 4)] + chance.choice(SPACES + ["", "", " ", "  ", "1", "23", ".", "'", "-"])
                      for _ in range(chance.randint(3, 18)))
    for _ in range(160):
        yield "".join(chr(chance.choice(everything)) if chance.random() < 0.3 else chr(chance.randint(32, 126)) for _ in range(chance.randint(4, 40)))
    for _ in range(120):
        yield "".join(chance.choice(ADDED + [" ", "\n", "a", " b", "<", ">", "▁", "Straße", " 12", "😀"]) for _ in range(chance.randint(2, 12)))
    count = 0
    while count < 200:
        code = chance.randint(0, 0x2FFFF)
        if not 0xD800 <= code <= 0xDFFF:
            count += 1
            yield f"{chr(code)} a{chr(code)}1 {chr(code)}{chr(code)}"


def write(path, values):
    with open(path, "w", encoding="utf-8") as file:
        for value in values:
            file.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def copy_tokenizers(mistral, smollm2):
    """Copies both, without white space; the second with its merges in the older spelling, so that both are covered."""
    for name, folder in zip(NAMES, (mistral, smollm2), strict=True):
        with open(os.path.join(folder, "tokenizer.json"), encoding="utf-8") as file:
            content = json.load(file)
        if name == "smollm2":
            content["model"]["merges"] = [m if isinstance(m, str) else " ".join(m) for m in content["model"]["merges"]]
        os.makedirs(os.path.join(TOKENIZERS, name), exist_ok=True)
        with open(os.path.join(TOKENIZERS, name, "tokenizer.json"), "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, separators=(",", ":"))


def write_text(text):
    """What the two large tokenizers make of the text and of odd sequences of ids."""
    for name in NAMES:
        tokenizer = Tokenizer.from_file(os.path.join(TOKENIZERS, name, "tokenizer.json"))
        ids = [tokenizer.encode(line).ids for line in text]
        write(os.path.join(TEXT, name + ".ids.jsonl"), ids)
        decoded = [tokenizer.decode(i) for i in ids]
        write(os.path.join(TEXT, name + ".decoded.jsonl"), [None if d == t else d for d, t in zip(decoded, text, strict=True)])
        chance = random.Random(7)
        size = tokenizer.get_vocab_size()
        bytes_first = [i for i in range(300) if i < size]
        sequences = []
        for _ in range(400):
            pool = chance.choice([range(size), bytes_first, bytes_first])
            sequence = [chance.choice(pool) for _ in range(chance.randint(0, 12))]
            sequences.append([sequence, tokenizer.decode(sequence), tokenizer.decode(sequence, skip_special_tokens=False)])
        write(os.path.join(TEXT, name + ".sequences.jsonl"), sequences)


GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN2 = LLAMA3.replace("{1,3}", "")


def byte_level(*before, prefix=False, regex=False):
    return pre_tokenizers.Sequence([*before, pre_tokenizers.ByteLevel(add_prefix_space=prefix, use_regex=regex)])


def small_tokenizers():
    """(name, tokenizer without vocabulary, added tokens, changes to the written model)"""
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    split = pre_tokenizers.Split
    byte_models = {
        "digits": byte_level(pre_tokenizers.Digits(individual_digits=True), regex=True),
        "digit-runs": byte_level(pre_tokenizers.Digits(individual_digits=False), prefix=True, regex=True),
        "gpt2-split": byte_level(split(Regex(GPT2), "isolated")),
        "llama3": byte_level(split(Regex(LLAMA3), "isolated")),
        "qwen2": byte_level(split(Regex(QWEN2), "removed", invert=True)),
        "removed": byte_level(split(" ", "removed")),
        "previous": byte_level(split("e", "merged_with_previous"), prefix=True),
        "next": byte_level(split("  ", "merged_with_next")),
        "contiguous": byte_level(split(".", "contiguous")),
    }
    for name, pre_tokenizer in byte_models.items():
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizer
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.post_processor = processors.Sequence([
            processors.ByteLevel(trim_offsets=False),
            processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)]),
        ])
        yield name, tokenizer, alphabet, {"ignore_merges": name == "llama3"}
    character_models = {
        "unknown-fused": (None, None, {"fuse_unk": True}, decoders.Fuse()),
        "unknown-single": (normalizers.Lowercase(), None, {"fuse_unk": False}, None),
        "composed": (normalizers.Sequence([normalizers.NFKC(), normalizers.Strip(), normalizers.Replace("--", "-")]), None, {"fuse_unk": True},
                     decoders.Sequence([decoders.Fuse(), decoders.Strip(" ", 2, 0)])),
        **{
            "metaspace-" + scheme: (None, pre_tokenizers.Metaspace(prepend_scheme=scheme, split=scheme != "first"), {"fuse_unk": True},
                                    decoders.Metaspace(prepend_scheme=scheme, split=scheme != "first"))
            for scheme in ("always", "first", "never")
        },
        "decomposed": (normalizers.NFD(), None, {"fuse_unk": False}, decoders.Sequence([decoders.Strip("e", 1, 0), decoders.Fuse()])),
    }
    for name, (normalizer, pre_tokenizer, changes, decoder) in character_models.items():
        tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
        if normalizer is not None:
            tokenizer.normalizer = normalizer
        if pre_tokenizer is not None:
            tokenizer.pre_tokenizer = pre_tokenizer
        if decoder is not None:
            tokenizer.decoder = decoder
        yield name, tokenizer, list("▁abcdefghijklmnopqrstuvwxyz 0123456789.,-"), changes


def character_tokenizers():
    """Vocabularies without merges, as the shipped reader's; in the second most bytes are missing."""
    for name, missing in (("characters", 0), ("characters-few-bytes", 0xA0)):
        pieces = ["<s>", "</s>", "<unk>"] + [f"<0x{byte:02X}>" for byte in range(missing, 256)] + list("▁abcdefghijklmnopqrstuvwxyzTU.,:12é€\n")
        tokenizer = Tokenizer(models.BPE({p: i for i, p in enumerate(pieces)}, [], unk_token="<unk>", fuse_unk=True, byte_fallback=True))
        tokenizer.normalizer = normalizers.Replace(" ", "▁")
        tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
        tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
        yield name, tokenizer


def write_small(text):
    sample = [line for line in text if len(line) < 120]
    training = [line for line in SENTENCES[:12] + CODE + CONTRACTIONS if line]
    cases = []
    untrained = [(name, tokenizer, None, {}) for name, tokenizer in character_tokenizers()]
    for index, (name, tokenizer, alphabet, changes) in enumerate([*small_tokenizers(), *untrained]):
        if alphabet is not None:
            trainer = trainers.BpeTrainer(vocab_size=520, initial_alphabet=alphabet, limit_alphabet=len(alphabet), show_progress=False,
                                          special_tokens=["<s>", "</s>", "<unk>"], max_token_length=12)
            tokenizer.train_from_iterator(training, trainer)
        tokenizer.add_tokens([AddedToken("User:", normalized=False), AddedToken("Strasse", normalized=True), AddedToken(" the ", normalized=True)])
        tokenizer.add_special_tokens([
            AddedToken("<left>", lstrip=True), AddedToken("<right>", rstrip=True), AddedToken("<word>", single_word=True),
            AddedToken("<both>", lstrip=True, rstrip=True, single_word=True), AddedToken("<leftmost>", normalized=False),
        ])
        content = json.loads(tokenizer.to_str())
        content["model"].update(changes)
        if name == "llama3":
            content["model"]["merges"] = content["model"]["merges"][: len(content["model"]["merges"]) // 2]
        folder = os.path.join(TOKENIZERS, "small", name)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "tokenizer.json"), "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, separators=(",", ":"))
        tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
        texts = sample[index::18][:84] + [
            "a <left> b <right> c <word> d<word>e <word>", " \n <left>\t<left> x", "x <right>  \n <right> y", "a <both> b", "a<both>b",
            "<leftmost><left><leftmost", "User: Strasse the User:the  the Strassen STRASSE ＵＳＥＲ", "  the \u00a0<left>\u3000<right>\u2028z",
        ]
        for line in texts:
            ids = tokenizer.encode(line).ids
            decoded = tokenizer.decode(ids)
            cases.append([name, line, ids, None if decoded == line else decoded])
    write(os.path.join(TEXT, "small.jsonl"), cases)
    return len(cases)


def main():
    os.makedirs(TEXT, exist_ok=True)
    if len(sys.argv) > 2:
        copy_tokenizers(sys.argv[1], sys.argv[2])
    text = list(lines())
    write(os.path.join(TEXT, "lines.jsonl"), text)
    write_text(text)
    small = write_small(text)
    size = sum(os.path.getsize(os.path.join(TEXT, name)) for name in os.listdir(TEXT))
    print(f"{len(text)} lines, {small} cases for small tokenizers, {size // 1024} KiB")


if __name__ == "__main__":
    main()
