"""The sentences that vocabularies are made of, and the texts that every family encodes."""

SENTENCES = [
    "plants make energy from sunlight and water",
    "the leaves of green plants turn light into sugar",
    "a heart pumps blood through the body of an animal",
    "doctors treat patients in the hospital with medicine",
    "the car needs new tires and more fuel before winter",
    "engines burn fuel and turn heat into motion",
    "rivers carry water from the mountains to the sea",
    "the bank of the river was covered with snow",
    "a bank lends money to people who buy a house",
    "cats and dogs are the most common pets of people",
    "children read books in the library after school",
    "the teacher explains how rain falls from clouds",
    "music is made of notes that people play and sing",
    "the city builds roads, bridges and houses",
    "a computer runs programs that search many documents",
    "how do search engines find the right answer",
    "what is the weight of a term in a document",
    "when does winter begin in the north",
    "bread is baked from flour, water, salt and yeast",
    "the moon moves around the earth in 27 days",
    "in 1969 people walked on the moon for the first time",
    "running, walking and reading are good for the heart",
    "farmers plant seeds in spring and harvest in autumn",
    "glass is made from sand at very high heat",
]

DOCUMENTS = [
    "Leaves use sunlight to turn water into sugar.",
    "THE HEART PUMPS BLOOD THROUGH THE BODY",
    "water water water, and more water!",
    "In 1969 people walked on the moon; it took 3.5 days (or 84 hours).",
    "M\u00fcnchen hat \u00fcber 1\u202f500\u202f000 Einwohner \u2013 sch\u00f6ne Gr\u00fc\u00dfe",
    "running cats \U0001f408 and dogs \U0001f415\u200d\U0001f9ba play \u2764\ufe0f",
    "\u6f22\u5b57 and \u0639\u0631\u0628\u064a meet \u2603 here",
    "a",
    "The bank of the river; the bank that lends money. Engines: search-engines & car-engines?!",
    "e-mail: someone@example.org, price $12.99 #offer",
    "Glass is made from sand at very high heat, bread is baked from flour, water, salt and yeast,"
    " and music is made of notes that people play and sing.",
]

QUERIES = [
    "how do plants make energy",
    "HOW DO PLANTS MAKE ENERGY?",
    "water, water and WATER",
    "when does winter begin",
    "sch\u00f6ne B\u00fccher",
    "\U0001f408 pets",
    "\u6f22\u5b57",
    "moon 1969",
    "what is the weight of a term?",
    "search-engines",
]
