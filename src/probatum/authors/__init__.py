"""Whatever proposes candidates: offline engine, script, replay. All see the same brief and give the same proposal."""
