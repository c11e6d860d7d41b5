import Enc.Modules.Sugar

/-!
# Query filters

A filter is `{id?, seq?: {start?, end?}, type?, from?, tags?, limit?, reverse?}`. `id`, `type` and
`from` are a text or a list of texts, any of which may match; every tag of `tags` must be among the
event's; `seq` runs from `start` on and ends before `end`. `limit` is from 1 to `MAX_LIMIT`,
`DEFAULT_LIMIT` if absent; `reverse` begins with the newest. An absent field and one that is none
are the same; any other field is refused, so that a misspelt condition never widens an answer.
-/

namespace Enc.Modules.Filter
open Enc.DSL Enc.Modules

def fields : List String := ["id", "seq", "type", "from", "tags", "limit", "reverse"]

/-- `record` with every one of these fields none. -/
def blank (record : Expr) : List String → Expr
  | [] => record
  | field :: rest => .set (blank record rest) field nothing

/-- Whether a value is text. -/
def isText : FuncDecl := helper "isText" ["value"] <|
  ne (lengthStr (v "value")) nothing

/-- Whether a value is absent, text, or a list of texts. -/
def isChoice : FuncDecl := helper "isChoice" ["value"] <|
  or (or (eq (v "value") nothing) (.call "isText" [v "value"]))
    (eq yes
      (.fold (v "value") yes "ok" "item" (and (v "ok") (.call "isText" [v "item"]))))

/-- Whether a value is absent or a natural. -/
def isCount : FuncDecl := helper "isCount" ["value"] <|
  or (eq (v "value") nothing) (eq yes (le (n 0) (v "value")))

/-- Whether a value is a list of texts, as a tag is. -/
def isTag : FuncDecl := helper "isTag" ["value"] <|
  and (eq yes (lt (n 0) (lengthList (v "value")))) (.call "isChoice" [v "value"])

def isTags : FuncDecl := helper "isTags" ["value"] <|
  or (eq (v "value") nothing)
    (eq yes (.fold (v "value") yes "ok" "tag" (and (v "ok") (.call "isTag" [v "tag"]))))

def isRange : FuncDecl := helper "isRange" ["value"] <|
  or (eq (v "value") nothing)
    (and
      (eq (blank (v "value") ["start", "end"]) (blank (.record []) ["start", "end"]))
      (and (.call "isCount" [.get (v "value") "start"])
        (.call "isCount" [.get (v "value") "end"])))

def isLimit : FuncDecl := helper "isLimit" ["value"] <|
  or (eq (v "value") nothing)
    (eq yes (and (lt (n 0) (v "value")) (le (v "value") (v "MAX_LIMIT"))))

def isFlag : FuncDecl := helper "isFlag" ["value"] <|
  or (eq (v "value") nothing) (ne (not (v "value")) nothing)

/-- Whether a value is a filter. -/
def isFilter : FuncDecl := fn "isFilter" ["filter"] <|
  and (eq (blank (v "filter") fields) (blank (.record []) fields)) <|
    and
      (and (.call "isChoice" [.get (v "filter") "id"])
        (and (.call "isChoice" [.get (v "filter") "type"])
          (.call "isChoice" [.get (v "filter") "from"])))
      (and
        (and (.call "isRange" [.get (v "filter") "seq"])
          (.call "isTags" [.get (v "filter") "tags"]))
        (and (.call "isLimit" [.get (v "filter") "limit"])
          (.call "isFlag" [.get (v "filter") "reverse"])))

/-- Whether the wanted texts are absent or one of them is this. -/
def chooses : FuncDecl := helper "chooses" ["wanted", "value"] <|
  .ifE (eq (v "wanted") nothing) yes <|
    .ifE (.call "isText" [v "wanted"])
      (eq (v "wanted") (v "value"))
      (.call "includes" [v "wanted", v "value"])

def inRange : FuncDecl := helper "inRange" ["range", "seq"] <|
  .letE "start" (.get (v "range") "start") <|
    .letE "end" (.get (v "range") "end") <|
      and
        (.ifE (eq (v "start") nothing) yes (le (v "start") (v "seq")))
        (.ifE (eq (v "end") nothing) yes (lt (v "seq") (v "end")))

def hasTags : FuncDecl := helper "hasTags" ["wanted", "tags"] <|
  .ifE (eq (v "wanted") nothing) yes
    (.fold (v "wanted") yes "ok" "tag"
      (and (v "ok") (eq yes (.call "includes" [v "tags", v "tag"]))))

/-- Whether a filter lets an event through; `limit` and `reverse` do not count. -/
def matchesFilter : FuncDecl := fn "matchesFilter" ["filter", "event"] <|
  eq yes
    (and
      (and (.call "chooses" [.get (v "filter") "id", .get (v "event") "id"])
        (and (.call "chooses" [.get (v "filter") "type", .get (v "event") "type"])
          (.call "chooses" [.get (v "filter") "from", .get (v "event") "from"])))
      (and (.call "inRange" [.get (v "filter") "seq", .get (v "event") "seq"])
        (.call "hasTags" [.get (v "filter") "tags", .get (v "event") "tags"])))

/-- How many events an answer may hold. -/
def limitOf : FuncDecl := fn "limitOf" ["filter"] <|
  .letE "limit" (.get (v "filter") "limit") <|
    .ifE (eq (v "limit") nothing) (v "DEFAULT_LIMIT") (v "limit")

def reversed : FuncDecl := helper "reversed" ["items"] <|
  .fold (v "items") (.list []) "all" "item" (concatList (.list [v "item"]) (v "all"))

/-- The events, oldest first, that answer a query; none for what is no filter. -/
def select : FuncDecl := fn "select" ["filter", "events"] <|
  .ifE (.call "isFilter" [v "filter"])
    (.letE "limit" (.call "limitOf" [v "filter"]) <|
      .fold
        (.ifE (eq (.get (v "filter") "reverse") yes)
          (.call "reversed" [v "events"]) (v "events"))
        (.list []) "found" "event"
        (.ifE (lt (lengthList (v "found")) (v "limit"))
          (.ifE (.call "matchesFilter" [v "filter", v "event"])
            (concatList (v "found") (.list [v "event"]))
            (v "found"))
          (v "found")))
    nothing

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Filter",
        header := "Query filters: what is one, and which events it lets through.",
        imports := [(["includes"], "kernel/Rbac")],
        constants := [("DEFAULT_LIMIT", n 100), ("MAX_LIMIT", n 1000)],
        functions :=
          [ isText, isChoice, isCount, isTag, isTags, isRange, isLimit, isFlag, isFilter,
            chooses, inRange, hasTags, matchesFilter, limitOf, reversed, select ] } }

end Enc.Modules.Filter
