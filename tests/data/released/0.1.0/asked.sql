BEGIN TRANSACTION;
CREATE TABLE receipts (id TEXT PRIMARY KEY, moment TEXT NOT NULL, body TEXT NOT NULL);
INSERT INTO "receipts" VALUES('85f0c36b791f','2026-11-30T16:47:00+00:00','{"id":"85f0c36b791f","moment":"2026-11-30T16:47:00Z","generation":"000001","status":"answered","elapsed_ms":431.2,"question":"Giá vé đi đò Bến Mơ là bao nhiêu?","hits":[{"article":"a5e21f2760533ca1","start":0,"end":90,"score":1.0,"lexical":9.90458,"dense":0.820604}],"decision":{"passage":"a5e21f2760533ca1:0-90","terms":{"words":5.0,"pairs":3.5,"agreement":10.0,"margin":1.0125,"fit":0.75},"enough":14.4},"citations":[{"article":"a5e21f2760533ca1","start":0,"end":90}]}');
INSERT INTO "receipts" VALUES('47e0f78b60fa','2026-11-30T16:47:00+00:00','{"id":"47e0f78b60fa","moment":"2026-11-30T16:47:00Z","generation":"000001","status":"not_found","elapsed_ms":445.5,"question":"Giờ mở cửa bể bơi Hoa Mai?","hits":[{"article":"a5e21f2760533ca1","start":0,"end":90,"score":1.0,"lexical":0.397524,"dense":0.523935}]}');
CREATE TABLE unanswered_days (day TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "unanswered_days" VALUES('2026-11-30',1);
CREATE TABLE unanswered_texts (
        day TEXT NOT NULL, text TEXT NOT NULL, count INTEGER NOT NULL, UNIQUE (day, text));
INSERT INTO "unanswered_texts" VALUES('2026-11-30','Giờ mở cửa bể bơi Hoa Mai?',1);
CREATE INDEX receipts_by_moment ON receipts (moment);
COMMIT;
PRAGMA user_version = 1;
