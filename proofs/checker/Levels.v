(** * Certificates that networks realise K_n for every n at once

    A [certificate] has an iterated function system, the parts of a chain of networks, [prepare],
    [step] and [finish], and evidence by the method "penalty" or "fold": trees about [step] and
    [finish].  [unroll c n] is the network that chains prepare, n times step, and finish.

    [levels_sound]: if [check_levels c] computes to true, then for every n the output of
    [unroll c n] is >= 0 exactly on K_n, on all of R^d.  [levels_sound_cube]: the same with the K
    of Prefractal.v.  [levels_size]: the network's shape, depth and width. *)

From Coq Require Import QArith Reals Qreals List Lra Lia.
From Exactnet Require Import Network Prefractal Vectors.
From Exactnet.Checker Require Import Farkas Trees Systems.
Import ListNotations.
Open Scope R_scope.

(** ** Chains of networks *)

(** The width of the last hidden layer; [d] if there is none. *)
Fixpoint last_width (d : nat) (ls : list layer) : nat :=
  match ls with
  | [] => d
  | l :: rest => last_width (length l) rest
  end.

(** [B] after [A], a network on R^d: the readout of A is multiplied into the next layer. *)
Definition chain (d : nat) (A B : net) : net :=
  let k := last_width d (layers A) in
  match layers B with
  | [] => Net (layers A) (compose k (readout B) (readout A))
  | l :: rest => Net (layers A ++ compose k l (readout A) :: rest) (readout B)
  end.

Fixpoint chain_steps (d : nat) (prepare step : net) (n : nat) : net :=
  match n with
  | O => prepare
  | S m => chain d (chain_steps d prepare step m) step
  end.

(** ** Certificates *)

Inductive evidence :=
| Penalty (undone : list tree) (penalised accepts rejects : tree)
| Fold (turns group : list qlayer) (folds : list tree) (elsewhere accepts rejects : tree).

Record certificate := Certificate {
  system_of : system;
  prepare : qlayer;
  step : network;
  finish : network;
  proof : evidence }.

Definition unroll (c : certificate) (n : nat) : net :=
  let d := dimension (system_of c) in
  chain d (chain_steps d (Net [] (real_layer (prepare c))) (real_net (step c)) n)
        (real_net (finish c)).

(** ** The implications

    A state is u, d numbers, for the method "penalty" followed by p.  Rows of alternatives have the
    outputs after the state. *)

Definition coordinates (d : nat) : list form := map variable (seq 0 d).

Definition equal_rows (f g : form) : list fact := [(minus f g, false); (minus g f, false)].

Fixpoint equations (fs gs : list form) : list fact :=
  match fs, gs with
  | f :: fs', g :: gs' => equal_rows f g ++ equations fs' gs'
  | _, _ => []
  end.

(** On the image of F, with p >= 0, the step undoes F and keeps p. *)
Definition undone (d : nat) (F : affine_map) : implication :=
  Implication (image_rows F ++ [variable d]) []
    [equations (map variable (seq (d + 1) d)) (backwards F)
     ++ equal_rows (variable (d + 1 + d)) (variable d)].

(** Off the images the step raises p. *)
Definition penalised (d : nat) (Fs : list affine_map) : implication :=
  Implication [variable d] (map image_rows Fs)
    [[(minus (variable (d + 1 + d)) (variable d), true)]].

(** The output is >= 0 exactly where u lies in the cube and p = 0. *)
Definition accepts (d : nat) : implication :=
  Implication (cube_rows (coordinates d) ++ [negate (variable d); variable d]) []
    [[(variable (d + 1), false)]].

Definition rejects (d : nat) : implication :=
  Implication [variable d] [cube_rows (coordinates d) ++ [negate (variable d)]]
    [[(negate (variable (d + 1)), true)]].

(** On the image of F the step undoes F and then applies the linear map [turn]. *)
Definition folds (d : nat) (F_turn : affine_map * qlayer) : implication :=
  let (F, turn) := F_turn in
  Implication (image_rows F) []
    [equations (map variable (seq d d)) (after turn (backwards F))].

(** Off the images the step leads out of the cube. *)
Definition elsewhere (d : nat) (Fs : list affine_map) : implication :=
  Implication [] (map image_rows Fs)
    (flat_map (fun z => [[(plus_constant (-1) z, true)]; [(plus_constant (-1) (negate z), true)]])
       (map variable (seq d d))).

Definition fold_accepts (d : nat) : implication :=
  Implication (cube_rows (coordinates d)) [] [[(variable d, false)]].

Definition fold_rejects (d : nat) : implication :=
  Implication [] [cube_rows (coordinates d)] [[(negate (variable d), true)]].

(** ** The checks *)

Fixpoint check_each (m : nat) (N : network) (Is : list implication) (ts : list tree) : bool :=
  match Is, ts with
  | [], [] => true
  | J :: Is', t :: ts' => if check m N J t then check_each m N Is' ts' else false
  | _, _ => false
  end.

(** [h o F = F' o h'] for some F' and h'. *)
Definition moves (Fs : list affine_map) (group : list qlayer) (h : qlayer) (F : affine_map)
  : bool :=
  let hF := after h (forwards F) in
  some (fun F' => let h' := after (backwards F') hF in some (same_layer h') group) Fs.

(** The group consists of maps of the cube into itself that move the maps F as above, and has the
    turns and their inverses. *)
Definition check_group (d : nat) (Fs : list affine_map) (turns group : list qlayer) : bool :=
  forallb (fun b : bool => b)
    [forallb (fun h => if has_length d h then cube_into_cube h else false) group;
     forallb (fun h => forallb (moves Fs group h) Fs) group;
     forallb (fun turn => if some (same_layer turn) group
                          then some (fun h => is_identity d (after h turn)) group else false)
       turns].

Definition check_levels (c : certificate) : bool :=
  let S := system_of c in
  let d := dimension S in
  let Fs := normalised S in
  if check_system S then
    if layer_fits d (prepare c) then
      match proof c with
      | Penalty undones pen acc rej =>
          forallb (fun b : bool => b)
            [same_layer (prepare c) (to_cube 0 (base S) ++ [zero]);
             network_fits (d + 1) (d + 1) (step c);
             network_fits (d + 1) 1 (finish c);
             check_each (d + 1) (step c) (map (undone d) Fs) undones;
             check (d + 1) (step c) (penalised d Fs) pen;
             check (d + 1) (finish c) (accepts d) acc;
             check (d + 1) (finish c) (rejects d) rej]
      | Fold turns group foldings els acc rej =>
          forallb (fun b : bool => b)
            [same_layer (prepare c) (to_cube 0 (base S));
             network_fits d d (step c);
             network_fits d 1 (finish c);
             check_group d Fs turns group;
             Nat.eqb (length turns) (length Fs);
             check_each d (step c) (map (folds d) (combine Fs turns)) foldings;
             check d (step c) (elsewhere d Fs) els;
             check d (finish c) (fold_accepts d) acc;
             check d (finish c) (fold_rejects d) rej]
      end
    else false
  else false.

(** ** Chains compute what they should *)

Definition state_dimension (c : certificate) : nat :=
  match proof c with
  | Penalty _ _ _ _ => dimension (system_of c) + 1
  | Fold _ _ _ _ _ _ => dimension (system_of c)
  end.

Lemma last_width_shaped n ls last :
  layers_shaped n ls last -> layer_shaped (last_width n ls) last.
Proof. revert n. induction ls; intros n H; [exact H | apply IHls, H]. Qed.

Lemma last_width_length n ls x :
  length x = n -> length (fold_left (fun v l => hidden l v) ls x) = last_width n ls.
Proof.
  revert n x. induction ls as [| l ls IH]; intros n x H; [assumption |]. cbn [fold_left last_width].
  apply IH. unfold hidden, affine. now rewrite !map_length.
Qed.

Lemma layers_shaped_app n ls ls' last last' :
  layers_shaped n ls last -> layers_shaped (last_width n ls) ls' last' ->
  layers_shaped n (ls ++ ls') last'.
Proof.
  revert n. induction ls as [| l ls IH]; intros n H H'; [exact H' |]. split; [apply H |].
  apply IH; [apply H | exact H'].
Qed.

Lemma eval_chain d m A B x :
  shaped d m A -> length x = d -> eval (chain d A B) x = eval B (eval A x).
Proof.
  intros [HA _] Hx. apply last_width_shaped in HA. unfold eval at 2, chain.
  assert (Hl := last_width_length d (layers A) x Hx).
  destruct B as [[| l rest] last]; unfold eval; cbn [layers readout fold_left].
  - now apply affine_compose.
  - rewrite fold_left_app. cbn [fold_left].
    replace (hidden (compose _ l _) _) with (hidden l (affine (readout A)
      (fold_left (fun v l => hidden l v) (layers A) x))); [reflexivity |].
    unfold hidden at 1 3. now rewrite affine_compose.
Qed.

Lemma chain_shaped d m k A B : shaped d m A -> shaped m k B -> shaped d k (chain d A B).
Proof.
  intros [HA HlA] [HB HlB]. assert (Hr := last_width_shaped _ _ _ HA).
  unfold chain. destruct B as [[| l rest] last]; cbn [layers readout] in *.
  - split; cbn [layers readout]; [| now rewrite compose_length].
    rewrite <- (app_nil_r (layers A)) at 1.
    apply layers_shaped_app with (readout A); [assumption |]. now apply compose_shaped.
  - split; cbn [layers readout]; [| assumption].
    apply layers_shaped_app with (readout A); [assumption |]. cbn [layers_shaped] in *.
    split; [now apply compose_shaped |]. rewrite compose_length. apply HB.
Qed.

Lemma chain_depth d A B : depth (chain d A B) = (depth A + depth B)%nat.
Proof.
  unfold depth, chain. destruct B as [[| l rest] last]; cbn [layers length]; [lia |].
  rewrite app_length. reflexivity.
Qed.

Lemma fold_right_max_app l l' :
  fold_right Nat.max 0%nat (l ++ l')
  = Nat.max (fold_right Nat.max 0%nat l) (fold_right Nat.max 0%nat l').
Proof. induction l; simpl; [reflexivity | rewrite IHl; lia]. Qed.

Lemma chain_width d A B : width (chain d A B) = Nat.max (width A) (width B).
Proof.
  unfold width, chain. destruct B as [[| l rest] last]; cbn [layers map fold_right]; [lia |].
  rewrite map_app, fold_right_max_app. cbn [map fold_right]. now rewrite compose_length.
Qed.

Fixpoint iterate (f : vec -> vec) (n : nat) (v : vec) : vec :=
  match n with
  | O => v
  | S m => iterate f m (f v)
  end.

Lemma iterate_last f n v : iterate f (S n) v = f (iterate f n v).
Proof. revert v. induction n as [| n IH]; intros v; [reflexivity | apply IH]. Qed.

Lemma chain_steps_correct d m prep stp n x :
  shaped d m prep -> shaped m m stp -> length x = d ->
  shaped d m (chain_steps d prep stp n) /\
  depth (chain_steps d prep stp n) = (depth prep + n * depth stp)%nat /\
  (width (chain_steps d prep stp n) <= Nat.max (width prep) (width stp))%nat /\
  eval (chain_steps d prep stp n) x = iterate (eval stp) n (eval prep x).
Proof.
  intros Hp Hs Hx. induction n as [| n (IHs & IHd & IHw & IHe)].
  - cbn [chain_steps iterate]. repeat split; [apply Hp | apply Hp | lia | lia].
  - cbn [chain_steps]. rewrite chain_depth, chain_width, iterate_last, IHd.
    rewrite (eval_chain d m) by assumption. rewrite IHe.
    split; [now apply chain_shaped with m |]. split; [cbn [Nat.mul]; lia |].
    split; [lia | reflexivity].
Qed.

(** ** The method "penalty" *)

Section Penalty.

Variables (d : nat) (Fs : ifs) (f : vec -> vec) (g : vec -> R).
Hypothesis Hinv : Forall (invertible d) Fs.
Hypothesis Hbase : maps_into_base d Fs.
Hypothesis Hundone : forall F u p, In F Fs -> length u = d -> 0 <= p -> cube d (undo F u) ->
  f (u ++ [p]) = undo F u ++ [p].
Hypothesis Hpenalised : forall u p, length u = d -> 0 <= p ->
  (forall F, In F Fs -> ~ cube d (undo F u)) ->
  exists u' p', length u' = d /\ f (u ++ [p]) = u' ++ [p'] /\ p < p'.
Hypothesis Haccepts : forall u p, cube d u -> 0 <= p <= 0 -> 0 <= g (u ++ [p]).
Hypothesis Hrejects : forall u p, length u = d -> 0 <= p -> ~ (cube d u /\ p <= 0) ->
  g (u ++ [p]) < 0.

Lemma cube_dec u : {cube d u} + {~ cube d u}.
Proof.
  unfold cube. destruct (Nat.eq_dec (length u) d) as [E | E]; [| right; tauto].
  destruct (Forall_dec (fun c => -1 <= c <= 1)) with (l := u) as [H | H];
    [| left; tauto | right; tauto].
  intros c. destruct (Rle_dec (-1) c), (Rle_dec c 1); (left; tauto) || (right; tauto).
Qed.

Lemma penalty_correct n u p :
  length u = d -> 0 <= p -> (0 <= g (iterate f n (u ++ [p])) <-> p <= 0 /\ K d Fs n u).
Proof.
  assert (Hi : forall F, In F Fs -> invertible d F) by (apply Forall_forall; assumption).
  revert u p. induction n as [| n IH]; intros u p Hu Hp; cbn [iterate].
  - cbn [K]. split.
    + intros H. destruct (cube_dec u) as [Hc |], (Rle_dec p 0) as [Hp0 |]; [tauto | | |];
        assert (g (u ++ [p]) < 0) by (apply Hrejects; tauto); lra.
    + intros [Hp0 Hc]. now apply Haccepts.
  - split.
    + intros H. destruct (Exists_dec (fun F => cube d (undo F u)) Fs) as [HF | HF].
      { intros F. apply cube_dec. }
      * apply Exists_exists in HF. destruct HF as (F & HF & Hc).
        rewrite (Hundone F) in H by assumption. apply IH in H; [| apply Hc | assumption].
        destruct H as [Hp0 HK]. split; [assumption |]. exists F, (undo F u).
        repeat split; trivial. symmetry. now apply (Hi F HF).
      * destruct (Hpenalised u p Hu Hp) as (u' & p' & Hu' & E & Hlt).
        { intros F HF' Hc. apply HF, Exists_exists. now exists F. }
        rewrite E in H. apply IH in H; [lra | assumption | lra].
    + intros (Hp0 & F & y & HF & HK & E). assert (Hy := K_in_cube d Fs n y Hbase HK).
      assert (Ey : undo F u = y) by (rewrite E; apply (Hi F HF), Hy).
      rewrite (Hundone F) by (rewrite ?Ey; assumption). rewrite Ey. apply IH; trivial.
      apply Hy. tauto.
Qed.

End Penalty.

(** ** The method "fold" *)

Section Fold.

Variables (d : nat) (Fs : ifs) (f : vec -> vec) (g : vec -> R).
Hypothesis Hinv : Forall (invertible d) Fs.
Hypothesis Hbase : maps_into_base d Fs.
Hypothesis Hfolds : forall F u, In F Fs -> length u = d -> cube d (undo F u) ->
  exists turn : vec -> vec,
    f u = turn (undo F u) /\
    forall n y, length y = d -> length (turn y) = d /\ (K d Fs n (turn y) <-> K d Fs n y).
Hypothesis Helsewhere : forall u, length u = d ->
  (forall F, In F Fs -> ~ cube d (undo F u)) -> length (f u) = d /\ ~ cube d (f u).
Hypothesis Haccepts : forall u, cube d u -> 0 <= g u.
Hypothesis Hrejects : forall u, length u = d -> ~ cube d u -> g u < 0.

Lemma fold_correct n u : length u = d -> (0 <= g (iterate f n u) <-> K d Fs n u).
Proof.
  assert (Hi : forall F, In F Fs -> invertible d F) by (apply Forall_forall; assumption).
  revert u. induction n as [| n IH]; intros u Hu; cbn [iterate].
  - cbn [K]. split; [| apply Haccepts]. intros H. destruct (cube_dec d u); [assumption |].
    assert (g u < 0) by now apply Hrejects. lra.
  - split.
    + intros H. destruct (Exists_dec (fun F => cube d (undo F u)) Fs) as [HF | HF].
      { intros F. apply cube_dec. }
      * apply Exists_exists in HF. destruct HF as (F & HF & Hc).
        destruct (Hfolds F u HF Hu Hc) as (turn & E & Hturn). rewrite E in H.
        destruct (Hturn n (undo F u) (proj1 Hc)) as [Hl HK].
        apply IH, HK in H; [| assumption]. exists F, (undo F u).
        repeat split; trivial. symmetry. now apply (Hi F HF).
      * destruct (Helsewhere u Hu) as [Hl Hout].
        { intros F HF' Hc. apply HF, Exists_exists. now exists F. }
        apply IH in H; [| assumption]. now apply (K_in_cube d Fs n _ Hbase) in H.
    + intros (F & y & HF & HK & E). assert (Hy := K_in_cube d Fs n y Hbase HK).
      assert (Ey : undo F u = y) by (rewrite E; apply (Hi F HF), Hy).
      destruct (Hfolds F u HF Hu) as (turn & Ef & Hturn); [now rewrite Ey |].
      rewrite Ef, Ey. destruct (Hturn n y (proj1 Hy)) as [Hl HK']. apply IH; [assumption |].
      now apply HK'.
Qed.

End Fold.

(** ** What the implications mean *)

Lemma satisfies_app_iff w l l' : satisfies w (l ++ l') <-> satisfies w l /\ satisfies w l'.
Proof. apply Forall_app. Qed.

Lemma satisfies_one w r : satisfies w [r] <-> 0 <= value r w.
Proof.
  unfold satisfies. split; [intros H; now inversion H | constructor; [assumption | constructor]].
Qed.

Lemma holds_equal_rows w f g : Forall (holds w) (equal_rows f g) -> value f w = value g w.
Proof.
  intros H. unfold equal_rows in H. rewrite !Forall_cons_iff in H. destruct H as (H1 & H2 & _).
  unfold holds in *. cbn [fst snd] in *. rewrite value_minus in *. lra.
Qed.

Lemma holds_equations w fs gs :
  Forall (holds w) (equations fs gs) -> length fs = length gs ->
  map (fun f => value f w) fs = map (fun f => value f w) gs.
Proof.
  revert gs. induction fs as [| f fs IH]; intros [| g gs] H Hl; try discriminate; [reflexivity |].
  cbn [equations] in H. apply Forall_app in H. destruct H as [Hfg H]. injection Hl as Hl.
  cbn [map]. rewrite (holds_equal_rows _ _ _ Hfg). f_equal. now apply IH.
Qed.

Lemma skipn_cons s (w : vec) : (s < length w)%nat -> skipn s w = nth s w 0 :: skipn (S s) w.
Proof.
  revert w. induction s as [| s IH]; intros [| a w] H; simpl in *; try lia; [reflexivity |].
  apply IH. lia.
Qed.

Lemma variables_values s k w :
  (s + k <= length w)%nat ->
  map (fun f => value f w) (map variable (seq s k)) = firstn k (skipn s w).
Proof.
  revert s. induction k as [| k IH]; intros s H; [reflexivity |]. cbn [seq map].
  rewrite IH by lia. rewrite value_variable, (skipn_cons s) by lia. reflexivity.
Qed.

(** The coordinates of a state, and of the outputs behind it. *)
Lemma coordinates_values d u w :
  length u = d -> map (fun f => value f (u ++ w)) (coordinates d) = u.
Proof.
  intros <-. unfold coordinates. rewrite variables_values by (rewrite app_length; lia).
  cbn [skipn]. rewrite firstn_app, firstn_all, Nat.sub_diag. apply app_nil_r.
Qed.

Lemma coordinates_values_only d u :
  length u = d -> map (fun f => value f u) (coordinates d) = u.
Proof. intros H. pose proof (coordinates_values d u [] H) as E. now rewrite app_nil_r in E. Qed.

Lemma outputs_values d v u' w :
  length u' = d ->
  map (fun f => value f (v ++ u' ++ w)) (map variable (seq (length v) d)) = u'.
Proof.
  intros <-. rewrite variables_values by (rewrite !app_length; lia).
  rewrite skipn_app, skipn_all, Nat.sub_diag. cbn [app skipn].
  rewrite firstn_app, firstn_all, Nat.sub_diag. apply app_nil_r.
Qed.

Lemma value_at v a w : value (variable (length v)) (v ++ a :: w) = a.
Proof. rewrite value_variable, app_nth2, Nat.sub_diag by lia. reflexivity. Qed.

Lemma check_each_sound m N Is ts I :
  check_each m N Is ts = true -> In I Is -> valid m N I.
Proof.
  revert ts. induction Is as [| J Is IH]; intros [| t ts] H HI; try discriminate; [destruct HI |].
  cbn [check_each] in H. destruct (check m N J t) eqn:E; [| discriminate].
  destruct HI as [<- | HI]; [now apply (check_sound m N J t) | now apply (IH ts)].
Qed.

Lemma eval_length m k N v : shaped m k N -> length (eval N v) = k.
Proof. intros [_ H]. unfold eval. now rewrite affine_length. Qed.

Lemma split_last d (v : vec) : length v = (d + 1)%nat -> exists u p, length u = d /\ v = u ++ [p].
Proof.
  intros H. destruct (exists_last (l := v)) as (u & p & ->).
  { intros ->. simpl in H. lia. }
  rewrite app_length in H. simpl in H. exists u, p. split; [lia | reflexivity].
Qed.

Lemma Exists_one {A} (P : A -> Prop) a : Exists P [a] -> P a.
Proof. intros H. inversion H as [| ? ? H']; [assumption | inversion H']. Qed.

Lemma Forall_one {A} (P : A -> Prop) a : Forall P [a] -> P a.
Proof. intros H. now inversion H. Qed.

Section PenaltyRows.

Variables (d : nat) (N : network) (Fs : list affine_map).
Hypothesis Hinv : Forall (invertible d) (map real_map Fs).

Lemma undone_valid F u p :
  shaped (d + 1) (d + 1) (real_net N) ->
  In F Fs -> valid (d + 1) N (undone d F) ->
  length u = d -> 0 <= p -> cube d (undo (real_map F) u) ->
  eval (real_net N) (u ++ [p]) = undo (real_map F) u ++ [p].
Proof.
  intros Hshape HF H Hu Hp Hc. rewrite Forall_map, Forall_forall in Hinv. specialize (Hinv F HF).
  assert (Hlen := eval_length _ _ _ (u ++ [p]) Hshape).
  destruct (split_last d _ Hlen) as (u' & p' & Hu' & E).
  specialize (H (u ++ [p])). rewrite E in H. cbn [undone inside outside alternatives] in H.
  apply Exists_one in H.
  - apply Forall_app in H. destruct H as [H1 H2].
    apply holds_equations in H1; [| rewrite map_length, seq_length; symmetry;
      rewrite <- real_layer_length; apply Hinv].
    apply holds_equal_rows in H2. rewrite E. f_equal.
    + replace (d + 1)%nat with (length (u ++ [p])) in H1 by (rewrite app_length; simpl; lia).
      rewrite outputs_values in H1 by assumption. rewrite H1, <- app_assoc.
      apply (layer_values d); [apply Hinv | assumption].
    + replace (d + 1 + d)%nat with (length ((u ++ [p]) ++ u')) in H2
        by (rewrite !app_length; simpl; lia).
      rewrite app_assoc, value_at in H2. rewrite H2, <- Hu, <- !app_assoc. cbn [app].
      now rewrite value_at.
  - rewrite app_length. simpl. lia.
  - apply satisfies_app_iff. split; [now apply (image_rows_values d) |].
    apply satisfies_one. now rewrite <- Hu, value_at.
  - constructor.
Qed.

Lemma not_in_images u w :
  length u = d -> (forall F, In F (map real_map Fs) -> ~ cube d (undo F u)) ->
  Forall (fun P => ~ satisfies (u ++ w) P) (map image_rows Fs).
Proof.
  intros Hu Hout. rewrite Forall_map, Forall_forall in Hinv. apply Forall_map, Forall_forall.
  intros F HF. rewrite (image_rows_values d) by auto. apply Hout. now apply in_map.
Qed.

Lemma penalised_valid u p :
  shaped (d + 1) (d + 1) (real_net N) ->
  valid (d + 1) N (penalised d Fs) -> length u = d -> 0 <= p ->
  (forall F, In F (map real_map Fs) -> ~ cube d (undo F u)) ->
  exists u' p', length u' = d /\ eval (real_net N) (u ++ [p]) = u' ++ [p'] /\ p < p'.
Proof.
  intros Hshape H Hu Hp Hout.
  assert (Hlen := eval_length _ _ _ (u ++ [p]) Hshape).
  destruct (split_last d _ Hlen) as (u' & p' & Hu' & E). exists u', p'.
  split; [assumption |]. split; [assumption |].
  specialize (H (u ++ [p])). rewrite E in H. cbn [penalised inside outside alternatives] in H.
  apply Exists_one, Forall_one in H.
  - unfold holds in H. cbn [fst snd] in H. rewrite value_minus in H.
    replace (d + 1 + d)%nat with (length ((u ++ [p]) ++ u')) in H
      by (rewrite !app_length; simpl; lia).
    rewrite app_assoc, value_at in H. rewrite <- Hu, <- !app_assoc in H. cbn [app] in H.
    rewrite value_at in H. lra.
  - rewrite app_length. simpl. lia.
  - apply satisfies_one. now rewrite <- Hu, value_at.
  - now apply not_in_images.
Qed.

Lemma accepts_valid u p :
  shaped (d + 1) 1 (real_net N) ->
  valid (d + 1) N (accepts d) -> cube d u -> 0 <= p <= 0 ->
  0 <= nth 0 (eval (real_net N) (u ++ [p])) 0.
Proof.
  intros Hshape H [Hu Hc] Hp.
  assert (Hlen := eval_length _ _ _ (u ++ [p]) Hshape). specialize (H (u ++ [p])).
  destruct (eval (real_net N) (u ++ [p])) as [| y [| ? ?]]; try discriminate. cbn [nth].
  cbn [accepts inside outside alternatives] in H. apply Exists_one, Forall_one in H.
  - unfold holds in H. cbn [fst snd] in H.
    replace (d + 1)%nat with (length (u ++ [p])) in H by (rewrite app_length; simpl; lia).
    now rewrite value_at in H.
  - rewrite app_length. simpl. lia.
  - apply satisfies_app_iff. rewrite satisfies_cube_rows, coordinates_values by assumption.
    split; [assumption |]. unfold satisfies.
    rewrite !Forall_cons_iff, value_negate, <- Hu, value_at.
    repeat split; [lra | lra | constructor].
  - constructor.
Qed.

Lemma rejects_valid u p :
  shaped (d + 1) 1 (real_net N) ->
  valid (d + 1) N (rejects d) -> length u = d -> 0 <= p -> ~ (cube d u /\ p <= 0) ->
  nth 0 (eval (real_net N) (u ++ [p])) 0 < 0.
Proof.
  intros Hshape H Hu Hp Hout.
  assert (Hlen := eval_length _ _ _ (u ++ [p]) Hshape). specialize (H (u ++ [p])).
  destruct (eval (real_net N) (u ++ [p])) as [| y [| ? ?]]; try discriminate. cbn [nth].
  cbn [rejects inside outside alternatives] in H. apply Exists_one, Forall_one in H.
  - unfold holds in H. cbn [fst snd] in H.
    replace (d + 1)%nat with (length (u ++ [p])) in H by (rewrite app_length; simpl; lia).
    rewrite value_negate, value_at in H. lra.
  - rewrite app_length. simpl. lia.
  - apply satisfies_one. now rewrite <- Hu, value_at.
  - constructor; [| constructor]. intros Hs. apply Hout. apply satisfies_app_iff in Hs.
    rewrite satisfies_cube_rows, coordinates_values, satisfies_one, value_negate in Hs
      by assumption.
    destruct Hs as [Hc Hp']. rewrite <- Hu, value_at in Hp'.
    split; [split; assumption | lra].
Qed.

End PenaltyRows.

Section FoldRows.

Variables (d : nat) (N : network) (Fs : list affine_map).
Hypothesis Hinv : Forall (invertible d) (map real_map Fs).

Lemma folds_valid F turn u :
  shaped d d (real_net N) -> length turn = d ->
  In F Fs -> valid d N (folds d (F, turn)) -> length u = d -> cube d (undo (real_map F) u) ->
  eval (real_net N) u = affine (real_layer turn) (undo (real_map F) u).
Proof.
  intros Hshape Hturn HF H Hu Hc. rewrite Forall_map, Forall_forall in Hinv. specialize (Hinv F HF).
  assert (Hlen := eval_length _ _ _ u Hshape).
  specialize (H u Hu). cbn [folds inside outside alternatives] in H.
  apply Exists_one in H.
  - apply holds_equations in H; [| now rewrite map_length, seq_length, after_length].
    pose proof (outputs_values d u (eval (real_net N) u) [] Hlen) as Ho.
    rewrite app_nil_r, Hu in Ho. etransitivity; [symmetry; exact Ho |]. rewrite H.
    unfold after. rewrite map_map, affine_real. apply map_ext. intros h.
    change (u ++ eval (real_net N) u) with ([] ++ u ++ eval (real_net N) u).
    rewrite (value_substitute 0 (backwards F) h []) by reflexivity. cbn [app].
    f_equal. apply (layer_values d); [apply Hinv | assumption].
  - rewrite <- (app_nil_r u). now apply (image_rows_values d).
  - constructor.
Qed.

Lemma elsewhere_valid u :
  shaped d d (real_net N) ->
  valid d N (elsewhere d Fs) -> length u = d ->
  (forall F, In F (map real_map Fs) -> ~ cube d (undo F u)) ->
  length (eval (real_net N) u) = d /\ ~ cube d (eval (real_net N) u).
Proof.
  intros Hshape H Hu Hout. assert (Hlen := eval_length _ _ _ u Hshape). split; [assumption |].
  intros [_ Hc]. specialize (H u Hu). cbn [elsewhere inside outside alternatives] in H.
  assert (HE : Exists (Forall (holds (u ++ eval (real_net N) u)))
                 (flat_map (fun z => [[(plus_constant (-1) z, true)];
                                      [(plus_constant (-1) (negate z), true)]])
                    (map variable (seq d d)))).
  { apply H; [constructor |]. rewrite <- (app_nil_r u). now apply (not_in_images d). }
  apply Exists_exists in HE. destruct HE as (goals & Hg & HE). apply in_flat_map in Hg.
  destruct Hg as (z & Hz & Hg).
  assert (Hzc : -1 <= value z (u ++ eval (real_net N) u) <= 1).
  { rewrite <- (outputs_values d u (eval (real_net N) u) []) in Hc by assumption.
    rewrite app_nil_r, Hu in Hc. rewrite Forall_map, Forall_forall in Hc. now apply Hc. }
  destruct Hg as [<- | [<- | []]]; apply Forall_one in HE; unfold holds in HE; cbn [fst snd] in HE;
    rewrite value_plus_constant, ?value_negate, Q2R_m1 in HE; lra.
Qed.

Lemma fold_accepts_valid u :
  shaped d 1 (real_net N) -> valid d N (fold_accepts d) -> cube d u ->
  0 <= nth 0 (eval (real_net N) u) 0.
Proof.
  intros Hshape H [Hu Hc]. assert (Hlen := eval_length _ _ _ u Hshape). specialize (H u Hu).
  destruct (eval (real_net N) u) as [| y [| ? ?]]; try discriminate. cbn [nth].
  cbn [fold_accepts inside outside alternatives] in H. apply Exists_one, Forall_one in H.
  - unfold holds in H. cbn [fst snd] in H. now rewrite <- Hu, value_at in H.
  - apply satisfies_cube_rows. now rewrite coordinates_values_only.
  - constructor.
Qed.

Lemma fold_rejects_valid u :
  shaped d 1 (real_net N) -> valid d N (fold_rejects d) -> length u = d -> ~ cube d u ->
  nth 0 (eval (real_net N) u) 0 < 0.
Proof.
  intros Hshape H Hu Hout. assert (Hlen := eval_length _ _ _ u Hshape). specialize (H u Hu).
  destruct (eval (real_net N) u) as [| y [| ? ?]]; try discriminate. cbn [nth].
  cbn [fold_rejects inside outside alternatives] in H. apply Exists_one, Forall_one in H.
  - unfold holds in H. cbn [fst snd] in H. rewrite value_negate, <- Hu, value_at in H. lra.
  - constructor.
  - constructor; [| constructor]. intros Hs. apply Hout. split; [assumption |].
    now rewrite satisfies_cube_rows, coordinates_values_only in Hs.
Qed.

End FoldRows.

(** ** The group *)

Section Group.

Variables (d : nat) (Fs : list affine_map) (turns group : list qlayer).
Hypothesis Hinv : Forall (invertible d) (map real_map Fs).
Hypothesis Hbase : maps_into_base d (map real_map Fs).
Hypothesis Hgroup : check_group d Fs turns group = true.

Lemma check_group_parts :
  (forall h, In h group -> length h = d /\ cube_into_cube h = true) /\
  (forall h F, In h group -> In F Fs -> moves Fs group h F = true) /\
  (forall turn, In turn turns ->
     some (same_layer turn) group = true /\
     some (fun h => is_identity d (after h turn)) group = true).
Proof.
  unfold check_group in Hgroup. apply all_true in Hgroup. clear Hinv Hbase.
  rewrite !Forall_cons_iff in Hgroup. destruct Hgroup as (H1 & H2 & H3 & _).
  rewrite forallb_forall in H1, H2, H3. repeat split.
  - specialize (H1 h H). unfold has_length in H1.
    destruct (Nat.eqb (length h) d) eqn:E; [| discriminate]. now apply Nat.eqb_eq.
  - specialize (H1 h H). destruct (has_length d h); [assumption | discriminate].
  - intros h F Hh HF. specialize (H2 h Hh). rewrite forallb_forall in H2. now apply H2.
  - specialize (H3 turn H). destruct (some (same_layer turn) group); [reflexivity | discriminate].
  - specialize (H3 turn H). destruct (some (same_layer turn) group); [assumption | discriminate].
Qed.

(** Every map of the group maps K_n into K_n. *)
Lemma group_invariant n h y :
  In h group -> K d (map real_map Fs) n y -> K d (map real_map Fs) n (affine (real_layer h) y).
Proof.
  destruct check_group_parts as (Hcube & Hmoves & _). revert h y.
  induction n as [| n IH]; intros h y Hh Hy.
  - destruct (Hcube h Hh). now apply cube_into_cube_sound.
  - destruct Hy as (G & z & HG & Hz & ->). apply in_map_iff in HG. destruct HG as (F & <- & HF).
    assert (Hlz : length z = d) by (apply (K_in_cube d (map real_map Fs) n z); assumption).
    specialize (Hmoves h F Hh HF). apply some_sound in Hmoves.
    destruct Hmoves as (F' & HF' & Hsome). apply some_sound in Hsome.
    destruct Hsome as (h' & Hh' & E). apply (same_layer_sound _ _ z) in E.
    rewrite !affine_after in E.
    exists (real_map F'), (affine (real_layer h') z).
    split; [now apply in_map |]. split; [now apply IH |].
    rewrite <- E. unfold apply. cbn [real_map forward]. rewrite Forall_map, Forall_forall in Hinv.
    destruct (Hinv F' HF') as (_ & _ & _ & _ & Hinv'). symmetry. apply Hinv'.
    rewrite affine_length, real_layer_length. now apply Hcube.
Qed.

Lemma turn_invariant turn n y :
  In turn turns -> length y = d ->
  (K d (map real_map Fs) n (affine (real_layer turn) y) <-> K d (map real_map Fs) n y).
Proof.
  intros Hturn Hy. destruct check_group_parts as (_ & _ & H). destruct (H turn Hturn) as [H1 H2].
  apply some_sound in H1, H2. destruct H1 as (h & Hh & E), H2 as (h' & Hh' & E'). split.
  - intros HK. apply (group_invariant n h') in HK; [| assumption].
    rewrite <- affine_after, (is_identity_sound d) in HK; assumption.
  - intros HK. rewrite (same_layer_sound _ _ y E). now apply group_invariant.
Qed.

End Group.

(** ** Soundness *)

Lemma real_width N :
  width (real_net N) = fold_right Nat.max 0%nat (map (@length form) (hidden_layers N)).
Proof.
  unfold width. cbn [real_net layers]. rewrite map_map. f_equal. apply map_ext. intros l.
  apply real_layer_length.
Qed.

Lemma nth_error_combine {A B} (l : list A) (l' : list B) i a b :
  nth_error l i = Some a -> nth_error l' i = Some b -> In (a, b) (combine l l').
Proof.
  revert l' i. induction l as [| a' l IH]; intros [| b' l'] [| i] Ha Hb; try discriminate.
  - injection Ha as ->. injection Hb as ->. now left.
  - right. now apply (IH l' i).
Qed.

Lemma check_levels_shapes c :
  check_levels c = true ->
  check_system (system_of c) = true /\
  shaped (dimension (system_of c)) (state_dimension c) (Net [] (real_layer (prepare c))) /\
  shaped (state_dimension c) (state_dimension c) (real_net (step c)) /\
  shaped (state_dimension c) 1 (real_net (finish c)).
Proof.
  unfold check_levels, state_dimension.
  destruct (check_system (system_of c)) eqn:Hs; [| discriminate].
  destruct (layer_fits _ (prepare c)) eqn:Hp; [| discriminate]. apply layer_fits_sound in Hp.
  intros H. split; [reflexivity |].
  destruct (proof c); apply all_true in H; rewrite !Forall_cons_iff in H;
    destruct H as (H1 & H2 & H3 & _); apply network_fits_sound in H2, H3;
    apply same_layer_length in H1;
    (split; [| split; assumption]); (split; [exact Hp |]); cbn [readout];
    rewrite real_layer_length, H1, ?app_length, to_cube_length; reflexivity.
Qed.

Lemma unroll_eval c n x :
  check_levels c = true -> length x = dimension (system_of c) ->
  output (unroll c n) x
  = nth 0 (eval (real_net (finish c))
             (iterate (eval (real_net (step c))) n (affine (real_layer (prepare c)) x))) 0.
Proof.
  intros H Hx. destruct (check_levels_shapes c H) as (_ & Hp & Hs & Hf).
  destruct (chain_steps_correct _ _ _ _ n x Hp Hs Hx) as (Hc & _ & _ & E).
  unfold output, unroll. rewrite (eval_chain _ (state_dimension c)), E by assumption. reflexivity.
Qed.

(** The network is exact for every n, on all of R^d. *)
Theorem levels_sound (c : certificate) :
  check_levels c = true ->
  forall n x, length x = dimension (system_of c) ->
    (0 <= output (unroll c n) x
     <-> prefractal (base (system_of c)) (real_maps (system_of c)) n x).
Proof.
  intros Hcheck n x Hx. rewrite (unroll_eval c n x Hcheck Hx).
  destruct (check_levels_shapes c Hcheck) as (HS & _ & Hstep & Hfinish).
  unfold check_levels in Hcheck. unfold state_dimension in *.
  set (S := system_of c) in *. set (d := dimension S) in *. rewrite HS in Hcheck.
  destruct (layer_fits d (prepare c)); [| discriminate].
  rewrite (prefractal_normalised S HS n x Hx).
  destruct (check_system_sound S HS) as (_ & Hinv & Hbase). fold d in Hinv, Hbase |- *.
  unfold real_normalised in *. set (Fs := normalised S) in *.
  assert (HuN : length (normalise S x) = d) by apply normalise_length.
  destruct (proof c) as [ts pen acc rej | turns group ts els acc rej];
    apply all_true in Hcheck; rewrite !Forall_cons_iff in Hcheck.
  - destruct Hcheck as (H1 & _ & _ & Ht & Hpen & Hacc & Hrej & _).
    apply check_sound in Hpen, Hacc, Hrej. apply (same_layer_sound _ _ x) in H1. rewrite H1.
    assert (E : affine (real_layer (to_cube 0 (base S) ++ [zero])) x = normalise S x ++ [0]).
    { unfold real_layer. rewrite map_app, affine_app. unfold normalise, real_layer. f_equal.
      cbn [map affine]. f_equal. apply (value_zero x). }
    rewrite E.
    rewrite (penalty_correct d (map real_map Fs) (eval (real_net (step c)))
               (fun v => nth 0 (eval (real_net (finish c)) v) 0));
      trivial; try lra.
    + split; [tauto | intros HK; split; [lra | assumption]].
    + intros G u p HG Hu Hp Hc. apply in_map_iff in HG. destruct HG as (F & <- & HF).
      apply (undone_valid d (step c) Fs); trivial.
      apply (check_each_sound _ _ _ _ _ Ht). now apply in_map.
    + intros u p. now apply (penalised_valid d (step c) Fs).
    + intros u p. now apply accepts_valid.
    + intros u p. now apply rejects_valid.
  - destruct Hcheck as (H1 & _ & _ & Hgroup & Hlen & Ht & Hels & Hacc & Hrej & _).
    apply check_sound in Hels, Hacc, Hrej. apply (same_layer_sound _ _ x) in H1. rewrite H1.
    apply Nat.eqb_eq in Hlen. fold (normalise S x).
    apply (fold_correct d (map real_map Fs) (eval (real_net (step c)))
             (fun v => nth 0 (eval (real_net (finish c)) v) 0)); trivial.
    + intros G u HG Hu Hc. apply in_map_iff in HG. destruct HG as (F & <- & HF).
      apply In_nth_error in HF. destruct HF as (i & Hi).
      destruct (nth_error turns i) as [turn |] eqn:Eturn.
      2: { apply nth_error_None in Eturn.
           assert (i < length Fs)%nat by (apply nth_error_Some; congruence). lia. }
      assert (Hturn : In turn turns) by now apply nth_error_In with i.
      assert (Hl : length turn = d).
      { destruct (check_group_parts d Fs turns group Hgroup) as (Hc' & _ & Hs).
        destruct (Hs turn Hturn) as [Hin _]. apply some_sound in Hin. destruct Hin as (h & Hh & E).
        destruct (Hc' h Hh) as [<- _]. now apply same_layer_length. }
      exists (affine (real_layer turn)). split.
      * apply (folds_valid d (step c) Fs); trivial; [now apply nth_error_In with i |].
        apply (check_each_sound _ _ _ _ _ Ht). apply in_map.
        now apply nth_error_combine with i.
      * intros m y Hy. split; [now rewrite affine_length, real_layer_length |].
        now apply (turn_invariant d Fs turns group).
    + intros u. now apply (elsewhere_valid d (step c) Fs).
    + intros u. now apply fold_accepts_valid.
    + intros u. now apply fold_rejects_valid.
Qed.

(** The same where the base is the cube, with the K_n of Prefractal.v. *)
Corollary levels_sound_cube (c : certificate) (d : nat) :
  base (system_of c) = cube_sides d -> check_levels c = true ->
  forall n x, length x = d ->
    (0 <= output (unroll c n) x <-> K d (real_maps (system_of c)) n x).
Proof.
  intros Hb Hcheck n x Hx. rewrite (levels_sound c Hcheck), Hb; [apply prefractal_cube |].
  unfold dimension. rewrite Hb. unfold cube_sides. now rewrite repeat_length.
Qed.

(** Hidden layers, and the widest of them. *)
Definition hidden_depth (N : network) : nat := length (hidden_layers N).

Definition hidden_width (N : network) : nat :=
  fold_right Nat.max 0%nat (map (@length form) (hidden_layers N)).

Theorem levels_size (c : certificate) :
  check_levels c = true ->
  forall n,
    shaped (dimension (system_of c)) 1 (unroll c n) /\
    depth (unroll c n) = (n * hidden_depth (step c) + hidden_depth (finish c))%nat /\
    (width (unroll c n) <= Nat.max (hidden_width (step c)) (hidden_width (finish c)))%nat.
Proof.
  intros Hcheck n. destruct (check_levels_shapes c Hcheck) as (_ & Hp & Hs & Hf).
  destruct (chain_steps_correct _ _ _ _ n (repeat 0 (dimension (system_of c))) Hp Hs)
    as (Hc & Hd & Hw & _); [apply repeat_length |].
  unfold unroll. rewrite chain_depth, chain_width, Hd.
  split; [now apply chain_shaped with (state_dimension c) |].
  fold (hidden_width (step c)) in *. rewrite !real_width in *.
  fold (hidden_width (step c)) (hidden_width (finish c)) in *.
  unfold depth, hidden_depth. cbn [real_net layers length]. rewrite !map_length.
  split; [lia |]. unfold width in Hw at 2. cbn [layers map fold_right] in Hw. lia.
Qed.
