"""The event study held against what others publish, and against itself written a second time.

`test_eventstudy_jl` and `test_eventstudytools` are *convention-exact*: one function for each way in
which an engine differs, which must hit that engine's published figures. `test_textbook` holds what
ships against statsmodels, scipy and those figures, and says why they differ. `test_reference` holds
it against the same formulas written a second time, slowly.

Published figures that are not here, and why:

* estudy2 (R, GPL): its vignettes print tests of seven shares in March 2020, on prices that come
  with the package under its licence. Its conventions are known, its data not at hand.
* EventStudy 0.50 (R, AGPL): its tests carry small made-up samples, which are theirs. Tried by hand
  on those: cross-sectional t, Patell and sign tests agree to the last digit, BMP once the forecast
  term is left out, Corrado's rank once the scale divides by T − 1 instead of T.
* Stata: `eventstudy2` prints nothing in its help; EventStudy.jl's figures are checked against it.
  `estudy` prints cumulative returns of data that are not public.
* eventstudies (R, xKDR): bootstrap and Wilcoxon intervals, none of these tests. Its outcome codes
  are ours.
* MacKinlay (1997): the 30 firms' returns behind the example are not printed; the table of power was
  not at hand. Kolari and Pynnönen (2010, 2011): simulations on CRSP returns, which are licensed.
"""
