import Enc.Modules.Sugar

/-!
# Push and notify

Services that may `P` an event type get the event, those that may `N` it a notice that says where
it is. The endpoint came with the grant of the trait (kernel/Ledger `recipients`).
-/

namespace Enc.Modules.Push
open Enc.DSL Enc.Modules

/-- How a recipient is told of a kind: `P`, `N`, or none for not at all. -/
def modeFor : FuncDecl := helper "modeFor" ["modes", "kind"] <|
  .fold (v "modes") nothing "mode" "item"
    (.ifE (eq (.get (v "item") "kind") (v "kind")) (.get (v "item") "mode") (v "mode"))

/-- What a recipient is sent. -/
def pushPayload : FuncDecl := fn "pushPayload" ["event", "mode"] <|
  .dispatch (v "mode")
    [ ("P",
        .record
          [ ("type", s "Push"), ("enclave", .get (v "event") "enclave"),
            ("event", v "event") ]),
      ("N",
        .record
          [ ("type", s "Notify"), ("enclave", .get (v "event") "enclave"),
            ("id", .get (v "event") "id"), ("seq", .get (v "event") "seq"),
            ("event_type", .get (v "event") "type") ]) ]
    nothing

/-- Deliveries `{endpoint, payload, mode}` of an event of that kind, in the order of the recipients. -/
def deliveries : FuncDecl := fn "deliveries" ["recipients", "event", "kind"] <|
  .fold (v "recipients") (.list []) "all" "one"
    (.letE "mode"
      (.call "modeFor" [.get (v "one") "modes", v "kind"]) <|
      .ifE (eq (v "mode") nothing) (v "all")
        (concatList (v "all")
          (.list
            [ .record
                [ ("endpoint", .get (v "one") "endpoint"),
                  ("payload", .call "pushPayload" [v "event", v "mode"]),
                  ("mode", v "mode") ] ])))

/-- The effects of these deliveries; answers how many there are. -/
def deliverPush : EffectFuncDecl := effectFn "deliverPush" ["recipients", "event", "kind"] <|
  .letS "all" (.call "deliveries" [v "recipients", v "event", v "kind"]) <|
    .forIn (v "all") "one"
      (.emit "notification.push"
        [ ("endpoint", .get (v "one") "endpoint"), ("payload", .get (v "one") "payload"),
          ("mode", .get (v "one") "mode") ] done)
      (.ret (lengthList (v "all")))

def module : SpecModule :=
  { layer := "node",
    decl :=
      { name := "Push",
        header := "Push and notify.",
        imports := [],
        functions := [modeFor, pushPayload, deliveries],
        effectFunctions := [deliverPush] } }

end Enc.Modules.Push
