-- What a scan finds, as plain SQL that DuckDB and Spark both run, word by word: a test, no engine.
--
-- Given are four tables:
--   history   (ticker, session date, close double)      the rows as they were read, in any order
--   listings  (ticker, calendar)                        each ticker's calendar, NULL: none
--   sessions  (calendar, session date, ordinal int)     each calendar's sessions, numbered
--   settings  (top int, least int)                      one row: how many of a table, of how many
-- The tables of a scan come out as views: days, worst, shocks, falls, rises, tickers, unranked, counts.
--
-- A z is made of a frame of the 250 log returns before, which both engines sum up anew for each row
-- (DuckDB by a tree of partial moments): a jump leaves nothing behind in the windows after it, as it
-- does in running sums. So what the kernel's sums lose after a jump shows here.

-- Rows of one ticker and session are one where their closes agree, and else have no close. A close
-- that is missing contradicts none. One row of those whose closes differ is disputed.
CREATE OR REPLACE TEMPORARY VIEW bars AS
SELECT
    ticker,
    session,
    CASE WHEN min(good) = max(good) THEN min(good) END AS close,
    count(*) AS given,
    CASE WHEN min(good) < max(good) THEN 1 ELSE 0 END AS disputed
FROM (
    -- What is infinite or NaN is not nought when taken from itself.
    SELECT ticker, session, CASE WHEN close > 0 AND close - close = 0 THEN close END AS good
    FROM history
) AS priced
GROUP BY ticker, session;

-- Rows on days that are no sessions of a calendar that tells of them.
CREATE OR REPLACE TEMPORARY VIEW reaches AS
SELECT calendar, min(session) AS begins, max(session) AS ends
FROM sessions
GROUP BY calendar;

CREATE OR REPLACE TEMPORARY VIEW placed AS
SELECT
    bars.ticker,
    listings.calendar,
    bars.session,
    bars.close,
    sessions.ordinal,
    reaches.calendar IS NULL OR bars.session <= reaches.begins OR bars.session > reaches.ends
        AS is_unchecked,
    sessions.ordinal IS NULL AND bars.session BETWEEN reaches.begins AND reaches.ends
        AS is_off_calendar
FROM bars
JOIN listings ON listings.ticker = bars.ticker
LEFT JOIN reaches ON reaches.calendar = listings.calendar
LEFT JOIN sessions
    ON sessions.calendar = listings.calendar AND sessions.session = bars.session;

-- The row before, and whether it is of the session before.
CREATE OR REPLACE TEMPORARY VIEW steps AS
SELECT
    ticker,
    calendar,
    session,
    close,
    is_unchecked,
    lag(session) OVER ticker_by_session AS previous_session,
    lag(close) OVER ticker_by_session AS previous_close,
    is_unchecked OR ordinal - lag(ordinal) OVER ticker_by_session = 1 AS is_next
FROM placed
WHERE is_off_calendar IS NOT TRUE
WINDOW ticker_by_session AS (PARTITION BY ticker ORDER BY session);

-- Every log return that is defined, then its z by the 250 before it.
CREATE OR REPLACE TEMPORARY VIEW moves AS
WITH returns AS (
    SELECT *, close / previous_close AS ratio, ln(close / previous_close) AS lr
    FROM steps
    WHERE close IS NOT NULL AND previous_close IS NOT NULL AND is_next
),
moments AS (
    SELECT
        *,
        lag(lr, 250) OVER ticker_by_session IS NOT NULL AS is_long_enough,
        avg(lr) OVER before AS mean_lr,
        stddev_samp(lr) OVER before AS sd_lr
    FROM returns
    WINDOW
        ticker_by_session AS (PARTITION BY ticker ORDER BY session),
        before AS (
            PARTITION BY ticker ORDER BY session ROWS BETWEEN 250 PRECEDING AND 1 PRECEDING
        )
)
SELECT
    ticker,
    calendar,
    session,
    previous_session,
    close,
    previous_close,
    is_unchecked,
    ratio - 1 AS move,
    CASE WHEN is_long_enough AND sd_lr >= 1e-6 THEN (lr - mean_lr) / sd_lr END AS z,
    CASE
        WHEN abs(ratio / 2 - 1) <= 0.03 OR abs(ratio * 2 - 1) <= 0.03
            OR abs(ratio / 3 - 1) <= 0.03 OR abs(ratio * 3 - 1) <= 0.03
            OR abs(ratio / 4 - 1) <= 0.03 OR abs(ratio * 4 - 1) <= 0.03
            OR abs(ratio / 5 - 1) <= 0.03 OR abs(ratio * 5 - 1) <= 0.03
            OR abs(ratio / 10 - 1) <= 0.03 OR abs(ratio * 10 - 1) <= 0.03
            OR abs(ratio / 20 - 1) <= 0.03 OR abs(ratio * 20 - 1) <= 0.03
        THEN 'near_split_ratio'
        WHEN abs(ratio / 100 - 1) <= 0.03 OR abs(ratio * 100 - 1) <= 0.03 THEN 'unit_jump'
        WHEN ratio > 4 OR ratio < 0.25 THEN 'implausible_ratio'
    END AS reason
FROM moments;

CREATE OR REPLACE TEMPORARY VIEW days AS
SELECT
    calendar,
    session,
    count(CASE WHEN reason IS NULL THEN move END) AS moves,
    avg(CASE WHEN reason IS NULL THEN move END) AS mean,
    median(CASE WHEN reason IS NULL THEN move END) AS median,
    count(CASE WHEN reason IS NULL AND move > 0 THEN 1 END) AS risers,
    count(CASE WHEN reason IS NULL AND move < 0 THEN 1 END) AS fallers,
    count(CASE WHEN reason IS NULL THEN z END) AS judged,
    count(CASE WHEN reason IS NULL AND z <= -3 THEN 1 END) AS low,
    count(reason) AS unranked
FROM moves
GROUP BY calendar, session
HAVING count(*) > count(reason);

CREATE OR REPLACE TEMPORARY VIEW worst AS
SELECT
    row_number() OVER (ORDER BY mean, session, calendar NULLS FIRST) AS place,
    days.*
FROM days
CROSS JOIN settings
WHERE moves >= least;

CREATE OR REPLACE TEMPORARY VIEW shocks AS
SELECT
    row_number() OVER (ORDER BY low / CAST(judged AS double) DESC, session, calendar NULLS FIRST)
        AS place,
    days.*
FROM days
CROSS JOIN settings
WHERE judged >= least;

CREATE OR REPLACE TEMPORARY VIEW falls AS
SELECT
    row_number() OVER (ORDER BY move, session, calendar NULLS FIRST, ticker) AS place,
    moves.*
FROM moves
WHERE reason IS NULL AND move < 0;

CREATE OR REPLACE TEMPORARY VIEW rises AS
SELECT
    row_number() OVER (ORDER BY move DESC, session, calendar NULLS FIRST, ticker) AS place,
    moves.*
FROM moves
WHERE reason IS NULL AND move > 0;

-- Each ticker's lowest move.
CREATE OR REPLACE TEMPORARY VIEW tickers AS
SELECT *
FROM (
    SELECT row_number() OVER (PARTITION BY ticker ORDER BY move, session) AS place, moves.*
    FROM moves
    WHERE reason IS NULL
) AS ranked
WHERE place = 1;

CREATE OR REPLACE TEMPORARY VIEW unranked AS
SELECT
    row_number() OVER (
        ORDER BY abs(ln(close / previous_close)) DESC, session, calendar NULLS FIRST, ticker
    ) AS place,
    moves.*
FROM moves
WHERE reason IS NOT NULL;

CREATE OR REPLACE TEMPORARY VIEW counts AS
SELECT
    (SELECT sum(given) FROM bars) AS given,
    (SELECT count(DISTINCT ticker) FROM bars) AS tickers,
    (SELECT count(*) FROM days) AS sessions,
    (SELECT count(*) FROM moves WHERE reason IS NULL) AS moves,
    (SELECT count(z) FROM moves WHERE reason IS NULL) AS judged,
    (
        SELECT count(*)
        FROM steps
        WHERE close IS NOT NULL AND previous_session IS NOT NULL AND NOT is_next
    ) AS holes,
    (SELECT count(*) FROM steps WHERE close IS NULL) AS without_close,
    (SELECT count(*) FROM placed WHERE is_off_calendar) AS off_calendar,
    (SELECT count(*) FROM moves WHERE is_unchecked) AS unchecked,
    (SELECT count(reason) FROM moves) AS unranked,
    (SELECT sum(given - 1 - disputed) FROM bars) AS duplicates,
    (SELECT sum(disputed) FROM bars) AS disputed
