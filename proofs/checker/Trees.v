(** * Implications about relu networks, and proofs of them by trees

    An implication says: for every real input v of a network, if v satisfies the rows [inside] and
    lies in none of the polyhedra [outside], then one of the [alternatives] holds for v and the
    outputs ([valid]).  A tree proves it: it reasons about the inputs and the values of the hidden
    units, with a multiplier proof at every step.  [check m N I t] computes whether the tree [t]
    proves the implication [I] of the network [N] with [m] inputs, and [check_sound] says that the
    implication then holds, of the values [eval] of the real network. *)

From Coq Require Import QArith Reals Qreals List Lra Lia.
From Exactnet Require Import Network Vectors.
From Exactnet.Checker Require Import Farkas.
Import ListNotations.
Open Scope R_scope.

(** ** Networks with rational weights *)

Definition qlayer : Type := list form.

Record network := Network { hidden_layers : list qlayer; last_layer : qlayer }.

Definition real_layer (l : qlayer) : layer := map real l.

Definition real_net (N : network) : net :=
  Net (map real_layer (hidden_layers N)) (real_layer (last_layer N)).

Definition has_length {A} (n : nat) (l : list A) : bool := Nat.eqb (length l) n.

Definition layer_fits (n : nat) (l : qlayer) : bool := forallb (fun f => has_length n (coefs f)) l.

Fixpoint layers_fit (n : nat) (ls : list qlayer) (last : qlayer) : bool :=
  match ls with
  | [] => layer_fits n last
  | l :: rest => if layer_fits n l then layers_fit (length l) rest last else false
  end.

(** [N] is a network from R^m to R^k. *)
Definition network_fits (m k : nat) (N : network) : bool :=
  if layers_fit m (hidden_layers N) (last_layer N) then has_length k (last_layer N) else false.

(** ** Implications *)

(** Rows are forms over the inputs, in alternatives over the inputs and the outputs. *)
Record implication := Implication {
  inside : list form;
  outside : list (list form);
  alternatives : list (list fact) }.

Definition satisfies (v : vec) (rows : list form) : Prop := Forall (fun r => 0 <= value r v) rows.

Definition valid (m : nat) (N : network) (I : implication) : Prop :=
  forall v, length v = m ->
    satisfies v (inside I) ->
    Forall (fun P => ~ satisfies v P) (outside I) ->
    Exists (Forall (holds (v ++ eval (real_net N) v))) (alternatives I).

(** ** Trees *)

Inductive tree :=
| Step (k : nat) (positive : bool) (ms : multipliers) (t : tree)
| Split (k : nat) (off on : tree)
| Beyond (i : nat) (cases : list tree)
| Contradiction (ms : multipliers)
| Alternative (j : nat) (because : list multipliers).

(** A hidden unit: the forms of its pre-activation z and of its value h. *)
Definition unit_forms : Type := form * form.

(** What is known of every unit: h >= z and h >= 0. *)
Definition unit_facts (u : unit_forms) : list fact :=
  let (z, h) := u in [(minus h z, false); (h, false)].

(** What its phase means, z >= 0 or -z >= 0, and what follows from it, h <= z or h <= 0. *)
Definition phase_form (u : unit_forms) (positive : bool) : form :=
  let (z, _) := u in if positive then z else negate z.

Definition phase_fact (u : unit_forms) (positive : bool) : fact :=
  let (z, h) := u in (if positive then minus z h else negate h, false).

Fixpoint check_all (facts : list fact) (goals : list fact) (because : list multipliers) : bool :=
  match goals, because with
  | [], [] => true
  | (g, s) :: goals', ms :: because' =>
      if proves facts g s ms then check_all facts goals' because' else false
  | _, _ => false
  end.

Section Check.

Variables (units : list unit_forms) (outside : list (list form)) (alternatives : list (list fact)).

(** Whether the tree shows that some alternative holds where all the facts do. *)
Fixpoint check_tree (facts : list fact) (t : tree) : bool :=
  match t with
  | Step k positive ms t' =>
      match nth_error units k with
      | Some u =>
          if proves facts (phase_form u positive) false ms
          then check_tree (facts ++ [phase_fact u positive]) t' else false
      | None => false
      end
  | Split k off on =>
      match nth_error units k with
      | Some u =>
          if check_tree (facts ++ [(phase_form u false, false); phase_fact u false]) off
          then check_tree (facts ++ [(phase_form u true, false); phase_fact u true]) on else false
      | None => false
      end
  | Beyond i cases =>
      match nth_error outside i with
      | Some rows =>
          (fix check_cases rows cases {struct cases} :=
             match rows, cases with
             | [], [] => true
             | r :: rows', t' :: cases' =>
                 if check_tree (facts ++ [(negate r, true)]) t'
                 then check_cases rows' cases' else false
             | _, _ => false
             end) rows cases
      | None => false
      end
  | Contradiction ms => refutes facts ms
  | Alternative j because =>
      match nth_error alternatives j with
      | Some goals => check_all facts goals because
      | None => false
      end
  end.

End Check.

(** ** The forms of a network

    The variables are the inputs, then the values of the hidden units, layer by layer. *)

(** A form over the variables from number [o] on. *)
Definition shift (o : nat) (f : form) : form := Form (repeat 0%Q o ++ coefs f) (const f).

(** The pre-activations of the units; the first layer reads the [n] variables from [o] on. *)
Fixpoint pre_forms (o n : nat) (ls : list qlayer) : list form :=
  match ls with
  | [] => []
  | l :: rest => map (shift o) l ++ pre_forms (o + n) (length l) rest
  end.

Fixpoint number_units (k : nat) (zs : list form) : list unit_forms :=
  match zs with
  | [] => []
  | z :: rest => (z, variable k) :: number_units (S k) rest
  end.

Definition units_of (m : nat) (N : network) : list unit_forms :=
  number_units m (pre_forms 0 m (hidden_layers N)).

Fixpoint last_offset (o n : nat) (ls : list qlayer) : nat :=
  match ls with
  | [] => o
  | l :: rest => last_offset (o + n) (length l) rest
  end.

Definition output_forms (m : nat) (N : network) : list form :=
  map (shift (last_offset 0 m (hidden_layers N))) (last_layer N).

Fixpoint combine_forms (cs : list Q) (fs : list form) (g : form) : form :=
  match cs, fs with
  | c :: cs', f :: fs' =>
      combine_forms cs' fs' (match Qnum c with Z0 => g | _ => plus_scaled c f g end)
  | _, _ => g
  end.

(** The row over m variables and then others, with the forms [fs] for the others. *)
Definition substitute (m : nat) (fs : list form) (row : form) : form :=
  combine_forms (skipn m (coefs row)) fs (Form (firstn m (coefs row)) (const row)).

Definition row_fits (m : nat) (r : form) : bool := Nat.leb (length (coefs r)) m.

Definition check (m : nat) (N : network) (I : implication) (t : tree) : bool :=
  let units := units_of m N in
  let outputs := output_forms m N in
  if layers_fit m (hidden_layers N) (last_layer N) then
    if forallb (row_fits m) (inside I) then
      if forallb (forallb (row_fits m)) (outside I) then
        check_tree units (outside I)
          (map (map (fun F => (substitute m outputs (fst F), snd F))) (alternatives I))
          (map (fun r => (r, false)) (inside I) ++ flat_map unit_facts units) t
      else false
    else false
  else false.

(** ** Shapes *)

Lemma layer_fits_sound n l : layer_fits n l = true -> layer_shaped n (real_layer l).
Proof.
  unfold layer_fits, has_length. rewrite forallb_forall. intros H. apply Forall_map, Forall_forall.
  intros f Hf. simpl. rewrite map_length. now apply Nat.eqb_eq, H.
Qed.

Lemma layers_fit_sound n ls last :
  layers_fit n ls last = true -> layers_shaped n (map real_layer ls) (real_layer last).
Proof.
  revert n. induction ls as [| l ls IH]; intros n H; simpl in *.
  - now apply layer_fits_sound.
  - destruct (layer_fits n l) eqn:E; [| discriminate]. split; [now apply layer_fits_sound |].
    unfold real_layer at 1. rewrite map_length. now apply IH.
Qed.

Lemma network_fits_sound m k N : network_fits m k N = true -> shaped m k (real_net N).
Proof.
  unfold network_fits. destruct (layers_fit _ _ _) eqn:E; [| discriminate].
  intros H. apply Nat.eqb_eq in H. split; [now apply layers_fit_sound |].
  cbn [real_net readout]. unfold real_layer. now rewrite map_length.
Qed.

(** ** The tree is right, whatever the variables stand for *)

Definition unit_correct (w : vec) (u : unit_forms) : Prop :=
  value (snd u) w = relu (value (fst u) w).

Lemma unit_facts_hold w units :
  Forall (unit_correct w) units -> Forall (holds w) (flat_map unit_facts units).
Proof.
  induction 1 as [| [z h] units Hu _ IH]; [constructor |]. unfold unit_correct in Hu.
  cbn [fst snd] in Hu. cbn [flat_map unit_facts app].
  constructor; [| constructor; [| assumption]]; unfold holds; cbn [fst snd];
    rewrite ?value_minus, Hu.
  - pose proof (relu_above (value z w)). lra.
  - apply relu_nonneg.
Qed.

Lemma phase_form_true w z h : holds w (phase_form (z, h) true, false) <-> 0 <= value z w.
Proof. unfold holds. simpl. tauto. Qed.

Lemma phase_form_false w z h : holds w (phase_form (z, h) false, false) <-> value z w <= 0.
Proof. unfold holds. simpl. rewrite value_negate. split; lra. Qed.

Lemma phase_fact_holds w u positive :
  unit_correct w u -> holds w (phase_form u positive, false) -> holds w (phase_fact u positive).
Proof.
  destruct u as [z h]. unfold unit_correct. cbn [fst snd]. intros Hu H. destruct positive.
  - apply phase_form_true in H. unfold holds. cbn [fst snd phase_fact].
    rewrite value_minus, Hu, relu_id by assumption. lra.
  - apply phase_form_false in H. unfold holds. cbn [fst snd phase_fact].
    rewrite value_negate, Hu, relu_zero by assumption. lra.
Qed.

Lemma check_all_sound w facts goals because :
  check_all facts goals because = true -> Forall (holds w) facts -> Forall (holds w) goals.
Proof.
  intros H Hf. revert because H. induction goals as [| [g s] goals IH]; intros because H;
    [constructor |].
  destruct because as [| ms because]; [discriminate |]. cbn [check_all] in H.
  destruct (proves facts g s ms) eqn:E; [| discriminate].
  constructor; [| now apply (IH because)]. now apply (proves_sound facts g s ms).
Qed.

Lemma check_tree_sound w units outside alternatives :
  Forall (unit_correct w) units ->
  Forall (fun P => ~ satisfies w P) outside ->
  forall t facts,
    check_tree units outside alternatives facts t = true -> Forall (holds w) facts ->
    Exists (Forall (holds w)) alternatives.
Proof.
  intros Hunits Houtside. fix IH 1. intros t facts H Hfacts. destruct t; cbn [check_tree] in H.
  - destruct (nth_error units k) as [u |] eqn:Eu; [| discriminate].
    destruct (proves _ _ _ _) eqn:E; [| discriminate].
    apply (proves_sound _ _ _ _ w) in E; [| assumption].
    apply (IH _ _ H). apply Forall_app. split; [assumption |]. constructor; [| constructor].
    apply phase_fact_holds; [| assumption]. rewrite Forall_forall in Hunits.
    now apply Hunits, nth_error_In with k.
  - destruct (nth_error units k) as [u |] eqn:Eu; [| discriminate].
    assert (Hu : unit_correct w u).
    { rewrite Forall_forall in Hunits. now apply Hunits, nth_error_In with k. }
    destruct (check_tree _ _ _ _ t1) eqn:E; [| discriminate].
    assert (Hphase : forall positive, holds w (phase_form u positive, false) ->
              Forall (holds w) (facts ++ [(phase_form u positive, false);
                                          phase_fact u positive])).
    { intros positive Hp. apply Forall_app. split; [assumption |].
      constructor; [assumption |]. constructor; [now apply phase_fact_holds | constructor]. }
    destruct u as [z h]. destruct (Rle_lt_dec 0 (value z w)).
    + apply (IH _ _ H), Hphase, phase_form_true. assumption.
    + apply (IH _ _ E), Hphase, phase_form_false. lra.
  - destruct (nth_error outside i) as [rows |] eqn:Ei; [| discriminate].
    assert (Hrows : ~ satisfies w rows).
    { rewrite Forall_forall in Houtside. now apply Houtside, nth_error_In with i. }
    clear Ei. revert rows H Hrows. induction cases as [| t cases IHcases]; intros rows H Hrows.
    + destruct rows; [| discriminate]. exfalso. apply Hrows. constructor.
    + destruct rows as [| r rows]; [discriminate |].
      destruct (check_tree _ _ _ _ t) eqn:E; [| discriminate].
      destruct (Rle_lt_dec 0 (value r w)).
      * apply (IHcases rows H). intros Hs. apply Hrows. now constructor.
      * apply (IH _ _ E). apply Forall_app. split; [assumption |]. constructor; [| constructor].
        unfold holds. cbn [fst snd]. rewrite value_negate. lra.
  - exfalso. now apply (refutes_sound _ _ w) in H.
  - destruct (nth_error alternatives j) as [goals |] eqn:Ej; [| discriminate].
    apply Exists_exists. exists goals. split; [now apply nth_error_In with j |].
    now apply (check_all_sound w facts goals because).
Qed.

(** ** The variables of a network *)

(** The input and the values of all hidden units. *)
Fixpoint values (v : vec) (ls : list layer) : vec :=
  v ++ match ls with
       | [] => []
       | l :: rest => values (hidden l v) rest
       end.

Lemma value_app f v w :
  (length (coefs f) <= length v)%nat -> value f (v ++ w) = value f v.
Proof.
  unfold value, pre. cbn [real weights bias]. intros H. f_equal. revert v H.
  induction (coefs f) as [| a c IH]; intros v H; [reflexivity |].
  destruct v as [| b v]; simpl in H; [lia |]. simpl. now rewrite IH by lia.
Qed.

Lemma value_shift o f v w : length v = o -> value (shift o f) (v ++ w) = value f w.
Proof.
  intros H. unfold value, pre, shift. cbn [real weights bias coefs const].
  rewrite dot_repeat_0, <- H, skipn_app, skipn_all, Nat.sub_diag. reflexivity.
Qed.

Lemma values_app v ls : exists w, values v ls = v ++ w.
Proof. destruct ls; eexists; reflexivity. Qed.

Lemma hidden_length l v : length (hidden (real_layer l) v) = length l.
Proof. unfold hidden, affine, real_layer. now rewrite !map_length. Qed.

Lemma number_units_in k zs u :
  In u (number_units k zs) -> exists i, nth_error zs i = Some (fst u) /\ snd u = variable (k + i).
Proof.
  revert k. induction zs as [| z zs IH]; intros k; [intros [] |]. intros [<- | H].
  - exists 0%nat. now rewrite Nat.add_0_r.
  - destruct (IH (S k) H) as (i & Hi & E). exists (S i). split; [assumption |].
    rewrite E. f_equal. lia.
Qed.

Lemma pre_forms_correct ls last prefix v i z :
  layers_fit (length v) ls last = true ->
  nth_error (pre_forms (length prefix) (length v) ls) i = Some z ->
  let w := prefix ++ values v (map real_layer ls) in
  nth (length prefix + length v + i) w 0 = relu (value z w).
Proof.
  revert prefix v i. induction ls as [| l ls IH]; intros prefix v i Hfit Hi; [now destruct i |].
  cbn [layers_fit] in Hfit. destruct (layer_fits (length v) l) eqn:Hl; [| discriminate].
  cbn [pre_forms] in Hi. cbn [map values].
  set (h := hidden (real_layer l) v). rewrite <- (hidden_length l v) in Hfit, Hi.
  fold h in Hfit, Hi.
  destruct (Nat.lt_ge_cases i (length l)) as [Hlt | Hge].
  - rewrite nth_error_app1 in Hi by now rewrite map_length.
    destruct (nth_error l i) as [f |] eqn:Ef; [| apply nth_error_None in Ef; lia].
    rewrite (map_nth_error _ _ _ Ef) in Hi. injection Hi as <-. cbv zeta.
    rewrite value_shift by reflexivity. rewrite value_app.
    + rewrite app_nth2, app_nth2 by lia. replace (_ - _ - _)%nat with i by lia.
      destruct (values_app h (map real_layer ls)) as (w & ->).
      rewrite app_nth1 by (unfold h; now rewrite hidden_length). unfold h, hidden, affine.
      rewrite map_map. apply nth_error_nth. erewrite map_nth_error; [reflexivity |].
      unfold real_layer. erewrite map_nth_error; [reflexivity | assumption].
    + unfold layer_fits, has_length in Hl. rewrite forallb_forall in Hl.
      apply nth_error_In in Ef. apply Hl in Ef. apply Nat.eqb_eq in Ef. lia.
  - rewrite nth_error_app2 in Hi by now rewrite map_length. rewrite map_length in Hi.
    rewrite <- app_length in Hi. specialize (IH (prefix ++ v) h _ Hfit Hi). cbv zeta in *.
    rewrite <- app_assoc in IH. rewrite <- IH. f_equal. rewrite app_length.
    unfold h. rewrite hidden_length. lia.
Qed.

Lemma units_of_correct m N v :
  layers_fit m (hidden_layers N) (last_layer N) = true -> length v = m ->
  Forall (unit_correct (values v (layers (real_net N)))) (units_of m N).
Proof.
  intros Hfit <-. apply Forall_forall. intros u Hu. apply number_units_in in Hu.
  destruct Hu as (i & Hi & E). unfold unit_correct. rewrite E, value_variable.
  now apply (pre_forms_correct _ (last_layer N) [] v).
Qed.

Lemma last_layer_values ls prefix v f :
  value (shift (last_offset (length prefix) (length v) ls) f)
        (prefix ++ values v (map real_layer ls))
  = value f (fold_left (fun v l => hidden l v) (map real_layer ls) v).
Proof.
  revert prefix v. induction ls as [| l ls IH]; intros prefix v;
    cbn [last_offset values map fold_left].
  - rewrite app_nil_r. now apply value_shift.
  - rewrite <- IH with (prefix := prefix ++ v), app_length, hidden_length, <- app_assoc.
    reflexivity.
Qed.

Lemma output_forms_correct m N v :
  length v = m ->
  map (fun f => value f (values v (layers (real_net N)))) (output_forms m N)
  = eval (real_net N) v.
Proof.
  intros <-. unfold output_forms, eval, affine. cbn [real_net layers readout].
  unfold real_layer at 3. rewrite !map_map. apply map_ext. intros f.
  apply (last_layer_values _ [] v).
Qed.

Lemma value_combine_forms cs fs g w :
  value (combine_forms cs fs g) w
  = dot (map Q2R cs) (map (fun f => value f w) fs) + value g w.
Proof.
  revert fs g. induction cs as [| c cs IH]; intros fs g; [simpl; lra |].
  destruct fs as [| f fs]; [simpl; lra |]. cbn [combine_forms map dot]. rewrite IH.
  destruct (Qnum c) eqn:E; [rewrite (Q2R_num_0 c E); lra | |]; rewrite value_plus_scaled; lra.
Qed.

Lemma dot_split m c v o :
  length v = m -> dot c (v ++ o) = dot (firstn m c) v + dot (skipn m c) o.
Proof.
  intros <-. revert c. induction v as [| b v IH]; intros c; [simpl; lra |].
  destruct c as [| a c]; simpl; [lra |]. rewrite IH. lra.
Qed.

(** Substitution, where the first variables of [w] are [v]. *)
Lemma value_substitute m fs row v w :
  length v = m ->
  value (substitute m fs row) (v ++ w) = value row (v ++ map (fun f => value f (v ++ w)) fs).
Proof.
  intros H. unfold substitute. rewrite value_combine_forms, value_app.
  - unfold value, pre. cbn [real weights bias coefs const].
    rewrite (dot_split m (map Q2R (coefs row)) v) by assumption.
    rewrite firstn_map, skipn_map. lra.
  - cbn [coefs]. rewrite firstn_length. lia.
Qed.

(** ** Soundness *)

Lemma satisfies_app m rows v w :
  forallb (row_fits m) rows = true -> length v = m ->
  (satisfies (v ++ w) rows <-> satisfies v rows).
Proof.
  intros H <-. unfold satisfies. rewrite !Forall_forall. rewrite forallb_forall in H.
  split; intros Hr r Hin; specialize (H r Hin); specialize (Hr r Hin); unfold row_fits in H;
    apply Nat.leb_le in H; revert Hr; now rewrite value_app.
Qed.

Theorem check_sound m N I t : check m N I t = true -> valid m N I.
Proof.
  unfold check. destruct (layers_fit _ _ _) eqn:Hfit; [| discriminate].
  destruct (forallb (row_fits m) (inside I)) eqn:Hin; [| discriminate].
  destruct (forallb (forallb (row_fits m)) (outside I)) eqn:Hout; [| discriminate].
  intros Hcheck v Hv Hinside Houtside. set (w := values v (layers (real_net N))).
  destruct (values_app v (layers (real_net N))) as (w' & Ew). fold w in Ew.
  apply (check_tree_sound w) in Hcheck.
  - apply Exists_exists in Hcheck. destruct Hcheck as (goals & Hgoals & H).
    apply in_map_iff in Hgoals. destruct Hgoals as (goals' & <- & Hgoals).
    apply Exists_exists. exists goals'. split; [assumption |].
    rewrite Forall_map in H. revert H. apply Forall_impl. intros [g s]. unfold holds. cbn [fst snd].
    rewrite Ew, value_substitute, <- Ew by assumption. unfold w.
    now rewrite output_forms_correct.
  - now apply units_of_correct.
  - rewrite forallb_forall in Hout. rewrite Forall_forall in *. intros P HP Hs.
    apply (Houtside P HP). rewrite Ew in Hs. now apply (satisfies_app m P v w') in Hs; auto.
  - apply Forall_app. split; [| now apply unit_facts_hold, units_of_correct].
    apply (satisfies_app m _ v w') in Hinside; trivial. rewrite <- Ew in Hinside.
    apply Forall_map. exact Hinside.
Qed.
