import Enc.Modules.Sugar

/-!
# Rate limiting

A fixed window: at most `limit` requests in `windowMs` milliseconds. An object is a record; a
method answers the changed one.
-/

namespace Enc.Modules.RateWindow
open Enc.DSL Enc.Modules

def this (field : String) : Expr := .get (v "this") field

/-- The object as it counts at `now`: a window that is over starts anew. -/
def current : FuncDecl := helper "current" ["window", "now"] <|
  .ifE (lt (v "now") (add (.get (v "window") "start") (.get (v "window") "windowMs")))
    (v "window")
    (.set (.set (v "window") "start" (v "now")) "used" (n 0))

/-- Takes one request. Answers the object and whether the request may pass; one that may not is
answered at once, and a timer tells when the window is over. -/
def admit : MethodDecl :=
  { name := "admit",
    params := ["now"],
    body :=
      .letS "window" (.call "current" [v "this", v "now"]) <|
        .ifS (lt (.get (v "window") "used") (.get (v "window") "limit"))
          (.ret
            (.record
              [ ("object", .set (v "window") "used" (add (.get (v "window") "used") (n 1))),
                ("allowed", yes) ]))
          (.emit "transport.respond"
            [ ("payload",
                .record [("error", s "rate_limited"), ("message", s "too many requests")]),
              ("status", .get (v "Status") "RateLimited") ] <|
            .emit "timer.schedule"
              [ ("at", add (.get (v "window") "start") (.get (v "window") "windowMs")),
                ("kind", s "rate_window") ] <|
              .ret (.record [("object", v "window"), ("allowed", no)])) }

/-- How many requests may still pass at `now`. -/
def remaining : MethodDecl :=
  { name := "remaining",
    params := ["now"],
    body :=
      .letS "window" (.call "current" [v "this", v "now"]) <|
        .ret (sub (.get (v "window") "limit") (.get (v "window") "used")) }

/-- The object with another limit; what is used stays used. -/
def withLimit : MethodDecl :=
  { name := "withLimit",
    params := ["limit"],
    body := .ret (.set (v "this") "limit" (v "limit")) }

def rateWindow : ClassDecl :=
  { name := "RateWindow",
    constructorParams := ["limit", "windowMs", "now"],
    constructorBody :=
      .ret
        (.record
          [ ("limit", v "limit"), ("windowMs", v "windowMs"), ("start", v "now"),
            ("used", n 0) ]),
    methods := [admit, remaining, withLimit] }

def module : SpecModule :=
  { layer := "node",
    decl :=
      { name := "RateWindow",
        header := "A fixed window of requests.",
        imports := [(["Status"], "kernel/Types")],
        functions := [current],
        classes := [rateWindow] } }

end Enc.Modules.RateWindow
