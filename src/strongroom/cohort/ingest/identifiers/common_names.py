"""Names common among British adults, compiled by us, without those that are ordinary words."""

_GIVEN = """
aaron abdul abigail adam adrian agnes ahmed aisha alan albert alexander alexandra alfred ali alice
alison amanda amelia amy andrea andrew angela anita ann anna anne annette anthony antonia arthur
audrey barbara barry beatrice benjamin bernard beryl beth betty beverley brenda brian bridget bruce
callum carl carol caroline carolyn catherine cecil charles charlotte cheryl chloe christina
christine christopher claire clare clifford clive colin connor craig cynthia daniel daphne darren
david dawn deborah debra denise dennis derek diana diane donald donna doreen doris dorothy douglas
duncan edith edna edward eileen elaine eleanor elizabeth ellen elsie emily emma eric ernest ethan
eva evelyn fatima fiona florence frances francis frederick gareth gary gavin geoffrey george gerald
geraldine gillian gladys glenn gloria gordon graham gwen hannah harold harriet harry heather helen
henry hilary howard hugh ian imran irene isabel isabella ivan jack jacob jacqueline jake james jane
janet janice jason jayne jean jeffrey jennifer jeremy jessica jill jillian joan joanna joanne john
jonathan joseph josephine joshua joyce judith julia julian julie karen katherine kathleen kathryn
katie keith kelly kenneth kerry kevin kimberley laura lauren lawrence leanne lee leonard lesley
leslie lewis liam lilian linda lisa lorna lorraine louis louise lucy luke lynn lynne malcolm
margaret maria marian marie marilyn marion marjorie martin mary matthew maureen maurice megan
melanie melissa michael michelle mohammad mohammed moira monica muriel natalie nathan neil nicholas
nicola nigel norah norman oliver olivia owen pamela patricia patrick paul paula pauline peter philip
phyllis priya rachel ralph raymond rebecca reginald rhys richard robert robin roger ronald rosemary
roy russell ruth ryan sally samantha samuel sandra sarah scott sean shaun sheila shirley sidney
simon sophie stanley stella stephanie stephen steven stuart susan suzanne sylvia terence teresa
thelma theresa thomas timothy tina tracey tracy trevor valerie vanessa vera veronica victoria
vincent vivienne walter wayne wendy wilfred william winifred yasmin yvonne zoe
"""

_FAMILY = """
adams ahmed akhtar ali allen anderson andrews armstrong atkinson bailey barker barnes barnett begum
bell bennett bradley brooks burgess burns campbell carr chambers chapman clark clarke collins cooper
cunningham davidson davies davis dawson dixon douglas duncan edwards elliott ellis evans ferguson
fletcher fraser gardner gibson gordon graham griffiths hamilton harris harrison harvey henderson
hewitt hudson hughes hussain jackson jenkins jennings johnson johnston jones kaur kelly kennedy khan
lawrence lawson lewis lloyd macdonald marshall matthews mcdonald mckenzie miller mills mitchell
moore morgan morris morrison murphy murray newman nicholson o'brien o'connor o'neill oconnor oneill
owen palmer parker patel pearce pearson perkins phillips powell rahman reynolds richards richardson
roberts robertson robinson rogers russell ryan sanders saunders shah sharma shaw simmons simpson
singh smith spencer stevens stevenson stewart sullivan taylor thomas thompson thomson turner wallace
walsh watson watts webb webster wilkinson williams williamson wilson wright
"""

GIVEN_NAMES = frozenset(_GIVEN.split())
FAMILY_NAMES = frozenset(_FAMILY.split())
